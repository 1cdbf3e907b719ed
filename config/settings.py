"""Settings, all from the environment; each variable is explained in docs/development.md.

With none set: the embedded shape, everything under var/ (SQLite, filesystem queue, its own secret key).
DATABASE_URL and REDIS_URL move the same code to PostgreSQL and Redis. TRACKER_ENV=production turns on what a
public site needs, and refuses to start without it. A wrong value stops the start and names the variable.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django_guid.integrations.celery import CeleryIntegration
from environs import validate
from whitenoise.compress import Compressor

from config import brokers, rest
from config.environment import (
    KEY_LENGTH,
    databases,
    embedded_secret_key,
    env,
    is_set,
    mail,
    networks,
    own_folder,
)

BASE_DIR = Path(__file__).resolve().parent.parent
PRODUCTION = (
    env.str("TRACKER_ENV", "embedded", validate=validate.OneOf(["embedded", "production"])) == "production"
)
DEBUG = env.bool("DEBUG", default=False)
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("DEBUG shows internals to every visitor: it cannot be true in production.")

# --- Files ---

VAR_DIR = own_folder("VAR_DIR", BASE_DIR)
QUEUE_DIR = VAR_DIR / "queue"

_KEY_LENGTH = validate.Length(min=KEY_LENGTH, error="Must have at least {min} characters.")
SECRET_KEY = (
    env.str("SECRET_KEY", validate=_KEY_LENGTH).strip()
    if PRODUCTION or is_set("SECRET_KEY")
    else embedded_secret_key(VAR_DIR)
)
# While a key is being replaced: what the earlier ones signed stays valid.
SECRET_KEY_FALLBACKS: list[str] = env.str("SECRET_KEY_FALLBACKS", "").split()

# Encrypts the details of contact points; without it none are stored or shown.
CONTACT_KEY = (
    env.str("CONTACT_KEY", validate=_KEY_LENGTH).strip()
    if is_set("CONTACT_KEY")
    else ("" if PRODUCTION else embedded_secret_key(VAR_DIR, "contact-key"))
)
# While that key is being replaced: what the earlier ones sealed stays readable (manage.py reseal_contacts).
CONTACT_KEY_FALLBACKS: list[str] = env.str("CONTACT_KEY_FALLBACKS", "").split()

# --- Hosts, proxies and networks ---

ALLOWED_HOSTS: list[str] = (
    env.list("ALLOWED_HOSTS", validate=validate.Length(min=1, error="Must name at least one host."))
    if PRODUCTION
    else env.list("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
)
ADMIN_PATH = env.str(
    "ADMIN_PATH",
    "admin/",
    validate=validate.Regexp(r"^[a-z0-9-]+/$", error="Must be one word and a slash, such as admin/."),
)
# Where weaknesses are reported: mailto: or https:, in /.well-known/security.txt; empty: there is none.
SECURITY_CONTACT = env.str(
    "SECURITY_CONTACT",
    "",
    validate=validate.Regexp(r"^$|^(mailto:|https://)\S+$", error="Must begin with mailto: or https://."),
)
# Networks that reach the panel, and the operators' addresses (/readyz, /metrics); empty means all.
ADMIN_NETWORKS = networks("ADMIN_NETWORKS")
OPERATOR_NETWORKS = networks(
    "OPERATOR_NETWORKS", "127.0.0.0/8", "::1", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"
)
# Whose X-Forwarded-* headers are believed; see config/guards.py.
TRUSTED_PROXIES = networks("TRUSTED_PROXIES")
LONGEST_BODY = env.int("LONGEST_BODY", 10_000_000, validate=validate.Range(min=1))  # bytes of a request
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000  # bytes of a form without its files
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds())
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())  # a working day; only the staff have sessions
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
LOGIN_REDIRECT_URL = "admin:index"  # where the address asked for leads away from the site
CSRF_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: []
    for feature in (
        "camera",
        "display-capture",
        "geolocation",
        "microphone",
        "payment",
        "usb",
    )
}
PERMISSIONS_POLICY |= {f"publickey-credentials-{use}": ["self"] for use in ("create", "get")}  # passkeys
# Whether publishing and administering take a second factor (an authenticator app or a passkey).
SECOND_FACTOR_REQUIRED = PRODUCTION or env.bool("SECOND_FACTOR_REQUIRED", default=False)
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # so that no attacker locks out a user elsewhere
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "panel.passwords.locked_out"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# --- What the site is made of ---

INSTALLED_APPS = [
    "config.apps.CommandsConfig",
    "config.apps.PanelConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_filters",
    "django_guid",
    "django_htmx",
    "django_otp",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "import_export",
    "rest_framework",
    "simple_history",
    "states",
    "treaty",
    "ratification",
    "panel",
    "dashboard",
]
MIDDLEWARE = [
    "config.middleware.guards.closed_answers",
    "config.middleware.guards.trusted_proxies",
    "django_guid.middleware.guid_middleware",
    "config.middleware.metrics.request_metrics",
    "config.middleware.probes.probes",
    "config.middleware.guards.sane_requests",
    "config.middleware.guards.admin_networks",
    "config.middleware.replica.lagging_reads",
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.cors.public_reads",
    "config.middleware.languages.AddressLanguage",
    # Above the cache: headers that differ between requests. Below it: everything that makes a public response.
    "api.limits.counted",
    "config.middleware.page_cache.cached_responses",
    "config.middleware.budgets.Budgets",
    "config.middleware.page_cache.computed_once",
    "config.middleware.record_head.record_head",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "config.middleware.policy.ContentPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.accounts.Sessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "config.middleware.accounts.Accounts",
    "config.middleware.accounts.SecondFactors",
    "config.middleware.accounts.Messages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "config.urls"
ROOT_TREATY = "hanoi"  # the treaty whose pages stand at the root, and that the panel's forms offer first
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
WEB_CORE = env.int("WEB_CORE") if env.str("WEB_CORE", "") else None  # common/cores.py
_LIMIT = validate.Range(min=1, error="Must be a number of requests a minute.")
# Of the 16 threads of a web process, one visitor's may hold half (config/middleware/budgets.py).
COMPUTATIONS = env.int("COMPUTATIONS", 9, validate=validate.Range(min=1))
# Seconds of a core that one visitor may take of a process at once, and how much of each second on and on.
VISITOR_SECONDS = env.float("VISITOR_SECONDS", 2, validate=validate.Range(min=0, min_inclusive=False))
VISITOR_SHARE = env.float("VISITOR_SHARE", 0.15, validate=validate.Range(min=0, min_inclusive=False))
API_LIMIT = env.int("API_LIMIT", 120, validate=_LIMIT)
API_PARTNER_LIMIT = env.int("API_PARTNER_LIMIT", 1200, validate=_LIMIT)
WEBHOOKS_TO_LOOPBACK = env.bool("WEBHOOKS_TO_LOOPBACK", default=False)
if PRODUCTION and WEBHOOKS_TO_LOOPBACK:
    raise ImproperlyConfigured("WEBHOOKS_TO_LOOPBACK is for tests: it cannot be true in production.")
REST_FRAMEWORK = rest.REST_FRAMEWORK
SPECTACULAR_SETTINGS = rest.SPECTACULAR_SETTINGS
SIMPLE_HISTORY_REVERT_DISABLED = True  # history is read; what was is put back by hand, as a change of its own
LANGUAGE_CODE = "en"
LANGUAGES = [  # those of the Convention; English has the plain addresses
    ("ar", "Arabic"),
    ("zh-hans", "Chinese"),
    ("en", "English"),
    ("fr", "French"),
    ("ru", "Russian"),
    ("es", "Spanish"),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "language"
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = "config.formats"
USE_TZ = True
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Packing source maps was half the time of collecting the assets; only a developer's browser asks for them.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")
# The embedded shape keeps the others, to collect what is new alone.
WHITENOISE_KEEP_ONLY_HASHED_FILES = PRODUCTION
MEDIA_ROOT = VAR_DIR / "media"

# --- The record ---

DATABASES = databases(VAR_DIR)
DATABASE_ROUTERS = ["config.middleware.replica.Router"] if "replica" in DATABASES else []
SITE_DATABASE_ROLE = env.str("SITE_DATABASE_ROLE", "")  # `migrate` gives it its rights (docs/operations.md)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- The depositary ---

# Which status document is fetched each day for which treaty: "hanoi=https://host/document.xml,...". None by default.
DEPOSITARY_URLS: dict[str, str] = env.dict(
    "DEPOSITARY_URLS",
    {},
    subcast_values=validate.Regexp(r"^https://[^/]", error="Every address must begin with https://."),
)

# --- Mail: invitations and links for a new password ---

# EMAIL_URL such as smtp+tls://NAME@HOST:587, with a password; without it messages are files in var/mail.
vars().update(mail(VAR_DIR))

# --- The queue and the cache ---

REDIS_URL = env.str(
    "REDIS_URL",
    "",
    validate=validate.Regexp(
        r"^$|^(redis|rediss|unix)://", error="Must begin with redis://, rediss:// or unix://."
    ),
).strip()
if PRODUCTION and REDIS_URL and not REDIS_URL.startswith("unix://") and not urlsplit(REDIS_URL).password:
    raise ImproperlyConfigured(
        "REDIS_URL has no password: who can write to the queue and the caches decides what the site does and shows."
        " Set one (requirepass, or an account), and write redis://:PASSWORD@HOST:6379/0."
    )
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
    CELERY_BROKER_TRANSPORT_OPTIONS = brokers.REDIS_OPTIONS
    DJANGO_REDIS_LOG_IGNORED_EXCEPTIONS = True
    CACHES = brokers.redis_caches(REDIS_URL)
else:
    CELERY_BROKER_URL = "filesystem://localhost"
    CELERY_BROKER_TRANSPORT = "config.run.queue:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = brokers.folder_options(QUEUE_DIR)
    CELERY_WORKER_ENABLE_REMOTE_CONTROL = False  # there is one worker a queue, and no command is sent to it
    CACHES = brokers.folder_caches(VAR_DIR)
ANSWERS_SECONDS = env.int("ANSWERS_SECONDS", 3600, validate=validate.Range(min=0))  # see config/answers.py
CACHES["answers"]["TIMEOUT"] = ANSWERS_SECONDS
CACHES["drawings"]["TIMEOUT"] = int(timedelta(days=2).total_seconds())  # a day's drawings outlast the day
# Nothing reads a result: the outcome is the rows. A message whose worker dies is given back: tasks can run twice.
CELERY_TASK_IGNORE_RESULT = True
CELERY_RESULT_EXPIRES = None
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 300
# A queue of their own for the jobs that call other hosts: a slow one must hold up none of the others.
CELERY_TASK_ROUTES = {
    f"ratification.tasks.{name}": {"queue": "outbound"}
    for name in ("tell", "send_test_event", "fetch_depositary", "send_mail")
} | {
    "ratification.tasks.forecast": {
        "queue": "forecast"
    },  # the one job that needs numpy, in an image of its own
    "config.tasks.prepare_answers": {
        "queue": "outbound"
    },  # beside the job, which does what follows meanwhile
}
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1}  # a publication must not wait for a dead broker
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its queue as long as it takes
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULER = "config.timetable:Timetable"

# --- Logs and errors ---

LOG_LEVEL = env.str(
    "LOG_LEVEL", "INFO", validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"])
)
LOG_FORMAT = env.str(
    "LOG_FORMAT", "json" if PRODUCTION else "line", validate=validate.OneOf(["json", "line"])
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request": {"()": "django_guid.log_filters.CorrelationId", "correlation_id_field": "request_id"}
    },
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "fmt": "{levelname}{name}{message}{request_id}{process}",
            "style": "{",
            "timestamp": "time",
            "rename_fields": {"levelname": "level", "name": "logger"},
        },
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["request"]}
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "propagate": True},  # not twice through Django's own handlers
        "django_guid": {"level": "WARNING"},  # it reports each header that it reads
        "axes": {"level": "WARNING"},  # it reports each sign-in in four lines
    },
}
# The id of a request goes with the jobs that it asks for, so that one search finds all their lines.
DJANGO_GUID = {
    "GUID_HEADER_NAME": "X-Request-ID",
    "EXPOSE_HEADER": False,
    "INTEGRATIONS": [CeleryIntegration(use_django_logging=True)],
}
SENTRY_DSN = env.str("SENTRY_DSN", "").strip()
if SENTRY_DSN:  # nothing leaves this machine unless the operator names where to
    import sentry_sdk

    sentry_sdk.init(SENTRY_DSN, send_default_pii=False, traces_sample_rate=0)
