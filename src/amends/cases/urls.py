"""Addresses of the pages about cases."""

from django.urls import path

from amends.cases import case_list, case_page, case_page_record, heard_back, report, saved_views, still_here, work

urlpatterns = [
    path("", work.work, name="work"),
    path("report", report.report, name="report"),
    path("report/patients", report.patients, name="patients"),
    path("report/<str:number>/told", report.told, name="told"),
    path("asked", still_here.asked, name="asked"),
    path("cases", case_list.cases, name="cases"),
    path("cases/views", saved_views.save, name="save_view"),
    path("cases/views/<int:pk>/remove", saved_views.remove, name="remove_view"),
    path("cases/<str:number>", case_page.case, name="case"),
    path("cases/<str:number>/act/<slug:action>", case_page.case_act, name="case_act"),
    path("cases/<str:number>/come", still_here.come, name="come"),
    path("cases/<str:number>/seen", still_here.seen, name="here_seen"),
    path("cases/<str:number>/got-it", heard_back.got_it, name="got_it"),
    path("cases/<str:number>/left", still_here.patient_left, name="patient_left"),
    path("cases/<str:number>/rail", case_page.case_rail, name="case_rail"),
    path("cases/<str:number>/record", case_page_record.case_record, name="case_record"),
    path("cases/<str:number>/print", case_page.case_print, name="case_print"),
]
