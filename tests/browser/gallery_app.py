"""A tiny Django project that shows the component gallery and the sign-in pages without a database server.

Run it: ``python tests/browser/gallery_app.py 8765``; tests import ``application``. Strict content policy, so that
an inline script or style would show as an error.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import django
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "src" / "weijian" / "web"
POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; frame-ancestors 'none'; base-uri 'self'"


def strict_policy(get_response):  # type: ignore[no-untyped-def]
    """Middleware: the policy that the product sends too."""

    def respond(request):  # type: ignore[no-untyped-def]
        response = get_response(request)
        response["Content-Security-Policy"] = POLICY
        return response

    return respond


def configure() -> None:
    """Settings of the gallery; once per process."""
    if settings.configured:
        return
    folder = Path(tempfile.mkdtemp(prefix="gallery-"))
    settings.configure(
        SECRET_KEY="gallery-only", ALLOWED_HOSTS=["127.0.0.1", "testserver"], DEBUG=True, ROOT_URLCONF="gallery_urls",
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
                        "django.contrib.messages", "django.contrib.staticfiles", "allauth", "allauth.account",
                        "allauth.mfa", "weijian.web"],
        MIDDLEWARE=["gallery_app.strict_policy", "django.contrib.sessions.middleware.SessionMiddleware",
                    "django.middleware.locale.LocaleMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
                    "django.contrib.auth.middleware.AuthenticationMiddleware",
                    "django.contrib.messages.middleware.MessageMiddleware",
                    "allauth.account.middleware.AccountMiddleware"],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [WEB / "templates"], "APP_DIRS": True,
                    "OPTIONS": {"context_processors": ["django.template.context_processors.request",
                                                       "django.contrib.auth.context_processors.auth",
                                                       "django.contrib.messages.context_processors.messages"]}}],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "gallery.sqlite3"}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField", STATIC_URL="/static/", STATICFILES_DIRS=[WEB / "static"],
        LANGUAGE_CODE="zh-hans", LANGUAGES=[("zh-hans", "中文"), ("en", "English")], LOCALE_PATHS=[WEB / "locale"],
        TIME_ZONE="Asia/Shanghai", USE_TZ=True, ACCOUNT_LOGIN_METHODS={"username"}, ACCOUNT_EMAIL_VERIFICATION="none",
        ACCOUNT_SIGNUP_FIELDS=["username*", "password1*", "password2*"], LOGIN_REDIRECT_URL="/",
        MFA_SUPPORTED_TYPES=["totp", "recovery_codes"],
        AUTHENTICATION_BACKENDS=["django.contrib.auth.backends.ModelBackend", "allauth.account.auth_backends.AuthenticationBackend"],
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        SILENCED_SYSTEM_CHECKS=["urls.W002"],
    )  # fmt: skip


def prepare() -> None:
    """Start Django, make the tables and one account (clerk / open-sesame-9)."""
    sys.path.insert(0, str(Path(__file__).parent))
    configure()
    django.setup()
    from django.contrib.auth import get_user_model
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    users = get_user_model().objects
    if not users.exists():
        users.create_user("clerk", password="open-sesame-9")


if __name__ == "__main__":
    sys.modules["gallery_app"] = sys.modules["__main__"]
    prepare()
    from django.core.management import call_command

    call_command("runserver", f"127.0.0.1:{sys.argv[1] if len(sys.argv) > 1 else 8765}", use_reloader=False)
