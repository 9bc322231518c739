import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peersupport.settings")
application = get_wsgi_application()

# What is loaded by now stays as long as this process, so the collector need not look through it again and again; and a
# page makes thousands of objects that go by themselves, so it looks less often than after the usual 700.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
