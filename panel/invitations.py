"""Messages with a one-time link: an administrator's invitation, and a link that people ask for themselves."""

import logging
from smtplib import SMTPException

from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import send_mail
from django.template.loader import render_to_string

logger = logging.getLogger(__name__)


def send(user: User, address: str, *, by: User) -> bool:
    """Send an account's person the link to set a password; return whether the mail server took the message."""
    text = render_to_string("admin/panel/mail_invitation.txt", {"person": user, "address": address, "by": by})
    subject, _, body = text.partition("\n")
    try:
        send_mail(subject, body.lstrip(), None, [user.email])
    except (OSError, SMTPException, ImproperlyConfigured):  # the last: no folder for messages can be made
        logger.exception("An invitation could not be sent.")
        return False
    return True
