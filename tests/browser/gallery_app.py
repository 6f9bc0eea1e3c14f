"""A tiny Django project that shows the component gallery and the sign-in pages without a database server.

Run it: ``python tests/browser/gallery_app.py 8765``. It sends a strict content policy, so that an inline script or
style shows as an error.
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
    database = Path(tempfile.mkdtemp(prefix="gallery-")) / "gallery.sqlite3"
    processors = ("template.context_processors.request", "contrib.auth.context_processors.auth")
    middleware = (
        "contrib.sessions.middleware.SessionMiddleware", "middleware.locale.LocaleMiddleware",
        "middleware.csrf.CsrfViewMiddleware", "contrib.auth.middleware.AuthenticationMiddleware",
        "contrib.messages.middleware.MessageMiddleware",
    )  # fmt: skip
    settings.configure(
        SECRET_KEY="gallery-only",
        ALLOWED_HOSTS=["127.0.0.1"],
        DEBUG=True,
        ROOT_URLCONF="gallery_urls",
        INSTALLED_APPS=[
            *(f"django.contrib.{name}" for name in ("auth", "contenttypes", "sessions", "messages", "staticfiles")),
            *("allauth", "allauth.account", "allauth.mfa", "weijian.foundation.ui"),
        ],
        MIDDLEWARE=[
            "gallery_app.strict_policy",
            *(f"django.{name}" for name in middleware),
            "allauth.account.middleware.AccountMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [WEB / "templates"],
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        *(f"django.{name}" for name in processors),
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": database}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        STATIC_URL="/static/",
        STATICFILES_DIRS=[WEB / "static"],
        LANGUAGE_CODE="zh-hans",
        LANGUAGES=[("zh-hans", "中文"), ("en", "English")],
        LOCALE_PATHS=[WEB / "locale"],
        TIME_ZONE="Asia/Shanghai",
        USE_TZ=True,
        ACCOUNT_LOGIN_METHODS={"username"},
        ACCOUNT_EMAIL_VERIFICATION="none",
        ACCOUNT_SIGNUP_FIELDS=["username*", "password1*", "password2*"],
        ACCOUNT_RATE_LIMITS={"login_failed": "5/5m/key"},
        LOGIN_REDIRECT_URL="/",
        MFA_SUPPORTED_TYPES=["totp", "recovery_codes"],
        AUTHENTICATION_BACKENDS=[
            "django.contrib.auth.backends.ModelBackend",
            "allauth.account.auth_backends.AuthenticationBackend",
        ],
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    )


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


def serve(port: int) -> None:
    """Serve on the local machine until ended; prints the address when it answers (port 0 = any free one)."""
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.wsgi import get_wsgi_application
    from waitress import create_server

    server = create_server(StaticFilesHandler(get_wsgi_application()), host="127.0.0.1", port=port, threads=4)
    sys.stdout.write(f"http://127.0.0.1:{server.effective_port}\n")
    sys.stdout.flush()
    server.run()


if __name__ == "__main__":
    sys.modules["gallery_app"] = sys.modules["__main__"]
    prepare()
    serve(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
