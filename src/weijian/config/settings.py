"""Django settings: environment only, closed-intranet defaults, nothing fetched from elsewhere."""

from __future__ import annotations

import os
from pathlib import Path

from weijian.config import env
from weijian.config.database import django_database
from weijian.config.discovery import rooms
from weijian.config.secret import secret_key
from weijian.foundation.process import home

HOME = home()
SOURCE = Path(__file__).resolve().parents[1]

DEMO = env.flag("WEIJIAN_DEMO", (HOME / "demo").exists())
DEBUG = env.flag("WEIJIAN_DEBUG")
SECRET_KEY = secret_key(HOME)
ALLOWED_HOSTS = env.text("WEIJIAN_ALLOWED_HOSTS", "*").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in env.text("WEIJIAN_TRUSTED_ORIGINS").split(",") if origin]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "procrastinate.contrib.django",
    *rooms(),
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "weijian.foundation.accounts.middleware.AccountDuties",
    "weijian.foundation.access.door.ClosedUnlessOpened",
    "weijian.foundation.access.headers.SecurityHeaders",
    "weijian.web.problems.ProblemPages",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "weijian.config.urls"
WSGI_APPLICATION = "weijian.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SOURCE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "weijian.web.shell.shell",
            ],
        },
    }
]

DATABASES = {"default": django_database(os.environ, HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
MIN_PASSWORD_LENGTH = 10
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "weijian.foundation.accounts.passwords.UnlikeTheAccount"},
    {"NAME": "weijian.foundation.accounts.passwords.LongEnough", "OPTIONS": {"min_length": MIN_PASSWORD_LENGTH}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "weijian.foundation.accounts.signing_in.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
# The lock of each account is kept in the database (accounts/lockout), so that an administrator can see it and undo it.
# All clerks of a hospital sign in at eight o'clock from one address behind its gateway: the library's 30 a minute and
# address would turn most of them away. Guessing is stopped by failures per address and by the account's lock.
ACCOUNT_RATE_LIMITS = {"login": "600/m/ip", "login_failed": "30/5m/ip"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Weijian 卫健"
# A session ends after this time without a request: each request begins it anew. A demonstration is left open for a day's use.
SESSION_COOKIE_AGE = 8 * 3600 if DEMO else 30 * 60
PASSWORD_RESET_TIMEOUT = 24 * 3600
ACCOUNT_SESSION_REMEMBER = True
SESSION_SAVE_EVERY_REQUEST = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = env.flag("WEIJIAN_HTTPS")
CSRF_COOKIE_SECURE = env.flag("WEIJIAN_HTTPS")

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [SOURCE / "web" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [SOURCE / "web" / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2**20
FILE_UPLOAD_TEMP_DIR = None
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SILENCED_SYSTEM_CHECKS: list[str] = []
