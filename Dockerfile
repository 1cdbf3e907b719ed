# Everything is installed in the first stage; what follows has no compiler, no pip and no root. Two images come of it, over
# what they share: the site's, which draws charts, and that of forecasts, whose job alone computes with arrays.
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
RUN python -m venv --without-pip /venv
# The faces in which pictures are drawn in Arabic and Chinese; what Debian has of other scripts stays in this stage. No
# version is pinned: Debian's archive keeps no earlier one.
# hadolint ignore=DL3008
RUN apt-get update -qq && apt-get install -qq --yes --no-install-recommends fonts-noto-core fonts-noto-cjk \
    && mkdir /fonts && cp /usr/share/fonts/truetype/noto/NotoSansArabic-Regular.ttf \
    /usr/share/fonts/truetype/noto/NotoSansArabic-Bold.ttf /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc /fonts
COPY requirements/run.txt requirements/
# Only wheels whose hashes are known: nothing is compiled, nothing runs at installation. What no process of the site reads
# is left out: the packages' own tests and types, and data of languages that it does not speak.
RUN python -m pip --python /venv/bin/python install --no-compile --require-hashes --only-binary :all: \
    -r requirements/run.txt \
    && find /venv/lib -type d \( -name tests -o -path '*/numpy/_core/include' \) -prune -exec rm -r {} + \
    && find /venv/lib -path '*/locale/*' -prune -type d ! -regex '.*/locale/\(ar\|en\|es\|fr\|ru\|zh_Hans\)\(/.*\)?' \
        -exec rm -r {} + \
    && find /venv/lib -path '*/babel/locale-data/*.dat' ! -regex '.*/\(ar\|en\|es\|fr\|root\|ru\|zh\|zh_Hans\)\.dat' -delete \
    && find /venv/lib -type f -name '*.pyi' -delete
COPY . .
# The catalogues, compiled, and the assets, under hashed names and compressed, without the maps that a developer's browser asks for; the settings need no
# database and no secret of worth for this.
RUN VAR_DIR=/srv/tracker PATH="/venv/bin:$PATH" SECRET_KEY=only-to-collect-the-assets-in-the-build-never-in-service \
    TRACKER_ENV=production ALLOWED_HOSTS=none REDIS_URL=redis://:none@none DATABASE_URL=postgresql://none \
    sh -c 'python manage.py compilemessages && python manage.py collectstatic --no-input --verbosity 0' \
    && rm -r /venv/lib/python3.11/site-packages/drf_spectacular_sidecar/static \
    && find /srv/tracker/static -name '*.map*' -delete
WORKDIR /venv/lib/python3.11/site-packages
RUN mkdir /forecast /drawing && mv numpy* /forecast \
    && /venv/bin/python -m compileall -q /venv/lib /app && mv vl_convert* /drawing

FROM python:3.11-slim-bookworm AS shared
RUN rm -rf /usr/local/lib/python3.11/site-packages/pip* /usr/local/lib/python3.11/site-packages/setuptools* \
    /usr/local/bin/pip* \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin tracker
COPY --from=build /venv /venv
COPY --from=build /srv/tracker /srv/tracker
COPY --from=build /app /app
WORKDIR /app
ENV PATH="/venv/bin:$PATH" VAR_DIR=/srv/tracker TRACKER_ENV=production \
    PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001

FROM shared AS forecast
COPY --from=build /forecast /venv/lib/python3.11/site-packages
CMD ["celery", "--quiet", "--app", "config", "worker", "--queues", "forecast", "--pool", "solo", "--without-gossip", "--without-mingle", "--loglevel", "INFO"]

FROM shared AS site
COPY --from=build /drawing /venv/lib/python3.11/site-packages
COPY --from=build /fonts /usr/share/fonts/truetype/noto
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["granian", "--interface", "wsgi", "--no-ws", "--host", "0.0.0.0", "--port", "8000", "--blocking-threads", "16", "config.wsgi:application"]
