from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("reports/caseload/", views.caseload, name="caseload"),
    path("reports/caseload.csv", views.caseload_file, name="caseload-file"),
    path("reports/caseload/find/", views.find, name="find"),
    path("reports/caseload/how-we-count/", views.how_we_count, name="how-we-count"),
    path("reports/caseload/rows/<slug:name>/", views.rows, name="rows"),
    path("reports/caseload/rows/<slug:name>.csv", views.rows_file, name="rows-file"),
]
