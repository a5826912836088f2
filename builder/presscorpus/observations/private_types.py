"""Post types that a site keeps and shows to nobody. Pure.

Core and plugins keep forms, what visitors send by them, orders, logs and the like as posts with the status `publish`.
Whether a type is shown stands in the code of the site alone (`publicly_queryable`); an export does not say it, and a
permalink that looks like any other is no proof. So the names of types are what tells: those that are known, and those
whose last word says that they hold what somebody sent, bought or booked.
https://developer.wordpress.org/reference/functions/register_post_type/
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

_KNOWN: Final = frozenset((
    # WordPress itself
    "nav_menu_item", "custom_css", "wp_block", "wp_template", "wp_template_part", "wp_global_styles",
    "wp_navigation", "wp_font_family", "wp_font_face", "customize_changeset", "oembed_cache", "user_request",
    # forms, and what is sent by them
    "wpcf7_contact_form", "wpcf7s", "wpforms", "wpforms-template", "nf_sub", "ninja_forms_form", "flamingo_contact",
    "flamingo_inbound", "flamingo_outbound", "listpress", "wplf-form", "jetpack_form", "elementor_cf_db",
    "forminator_forms", "forminator_polls", "forminator_quizzes", "frm_display", "frm_form_actions", "frm_styles",
    "happyform", "happyforms-activity", "caldera_forms", "kaliforms_forms", "kaliforms_submitted", "super_form",
    "buddyforms", "ccf_field", "ccf_form", "af_form", "acfe-form", "hf-form", "html-form", "metform-form",
    "weforms_input", "wpuf_forms", "wpuf_input", "wpuf_profile", "pirate_forms_contact", "pf_contact", "mc4wp-form",
    "mw-wp-form", "fusion_form", "kadence_form", "kbs_form", "survey_response", "quiz_result",
    # mails, chats and newsletters
    "bp-email", "mailpoet_page", "es_template", "mailster-form", "mailster_queue", "noptin-form", "inbound-forms",
    "wise_chat", "wplc_chat", "um_directory", "um_form", "um_role", "hustle_embed", "omapi", "popup", "popup_theme",
    "spu", "wpdiscuz_form",
    # shops, donations and members
    "customer", "shop_coupon", "shop_order_legacy", "shop_order_placehold", "shop_webhook", "bookable_person",
    "bookable_resource", "wc_membership_plan", "wc_memberships_team", "wc_pickup_location", "wc_user_membership",
    "wc_user_team", "wc_zapier_feed", "product_variation", "scheduled-action", "carts", "wishlist", "wl_list",
    "edd_discount", "edd_license", "wpsc-variation", "jp_pay_product", "it_exchange_tran", "mp_coupon", "paypal_ipn",
    "wpi_discount", "wpi_item", "wpi_quote", "sa_client", "sa_estimate", "sa_record", "sliced_quote",
    "wpcargo_shipment", "funder", "memberpresscoupon", "memberpressgroup", "memberpressproduct", "memberpressrule",
    "mepr-reminder", "mp-reminder", "ms_communication", "ms_event", "ms_membership", "ms_relationship",
    "pms-discount-codes", "llms_access_plan", "llms_coupon", "llms_engagement", "llms_form", "llms_my_achievement",
    "llms_my_certificate", "llms_voucher", "sfwd-assignment", "sfwd-certificates", "sfwd-essays",
    "tutor_assignments", "tutor_enrolled", "tutor_zoom_meeting", "stm-user-quizzes",
    # bookings, applications and help desks
    "eo_booking_form", "evo-tix", "mec-books", "tc_api_keys", "tc_forms", "tc_tickets_instances", "deleted_event",
    "hb_coupon", "mphb_coupon", "mphb_rate", "mphb_reserved_room", "mphb_season", "birs_client", "wte-coupon",
    "wp_travel_coupons", "job_application", "job_alert", "awsm_job_application", "noo_application", "jobapp",
    "application_entry", "guest_user", "wpas_canned_responses", "psource_support", "cmplz-dataleak",
    "cmplz-processing", "cookielawinfo", "wp_stream_alerts", "slicewp_commission",
    # what builders and other plugins keep for themselves
    "acf-field", "acf-field-group", "acf-post-type", "acf-taxonomy", "acf-ui-options-page", "elementor_library",
    "elementor_snippet", "elementor_font", "elementor_icons", "elementor-hf", "et_pb_layout", "et_theme_builder",
    "et_template", "et_header_layout", "et_body_layout", "et_footer_layout", "fl-builder-template",
    "fl-theme-layout", "oxy_user_library", "ct_template", "bricks_template", "brizy_template", "vc4_templates",
    "vc_grid_item", "templatera", "fusion_template", "fusion_element", "fusion_tb_section", "fusion_icons",
    "astra-advanced-hook", "gp_elements", "kt_font", "kadence_element", "kadence_query", "jet-engine",
    "jet-form-builder", "jet-theme-core", "jet-smart-filters", "jet-popup", "ae_global_templates",
    "tablepress_table", "amp_validated_url", "ml-slider", "ml-slide", "wpcode", "wp-types-group",
    "wp-types-user-group", "view-template", "cred-form", "cred-user-form", "_pods_pod", "_pods_group", "_pods_field",
    "_pods_template", "ngg_album", "ngg_gallery", "ngg_pictures", "displayed_gallery", "display_type",
    "gal_display_source", "lightbox_library", "rank_math_schema", "polylang_mo", "custom_js", "wppb-rf-cpt",
    "wppb-epf-cpt", "wppb-ul-cpt", "wppb-roles-editor", "psppnotif_workflow", "ppma_boxes",
))  # fmt: skip

# The last word of a type's name that says that somebody sent, bought or booked what it holds.
_WORDS: Final = frozenset((
    "entry", "entries", "submission", "submissions", "feedback", "feedbacks", "message", "messages", "inbox", "outbox",
    "mailbox", "mail", "mails", "email", "emails", "log", "logs", "logger", "order", "orders", "preorder", "preorders",
    "subscription", "subscriptions", "subscriber", "subscribers", "ticket", "tickets", "booking", "bookings",
    "donation", "donations", "donor", "donors", "pledge", "pledges", "appointment", "appointments", "reservation",
    "reservations", "payment", "payments", "payout", "payouts", "invoice", "invoices", "transaction", "transactions",
    "purchase", "purchases", "refund", "refunds", "request", "requests", "enquiry", "enquiries", "inquiry", "inquiries",
    "complaint", "complaints", "lead", "leads", "vote", "votes", "ballot", "ballots", "signature", "signatures",
    "registration", "registrations", "registrant", "registrants", "attendee", "attendees", "rsvp", "rsvps", "signup",
    "signups", "enrollment", "enrollments", "enrolment", "enrolments", "applicant", "applicants", "attempt", "attempts",
    "respondent", "respondents", "notification", "notifications", "referral", "referrals",
    "chatlog", "chatlogs", "maillog", "emaillog", "smslog", "auditlog", "formentry", "formentries", "formdata",
    "shoporder", "shoporders", "consent", "consents", "optin", "optins",
    "bestellung", "bestellungen", "buchung", "buchungen", "anfrage", "anfragen", "anmeldung", "anmeldungen", "spende",
    "spenden", "siparis", "siparisler", "mesaj", "mesajlar", "basvuru", "basvurular", "rezervasyon", "randevu", "bagis",
    "commande", "commandes", "pedido", "pedidos", "mensaje", "mensajes", "mensagem", "mensagens",
    "ordine", "ordini", "messaggio", "messaggi", "prenotazione", "prenotazioni", "zakaz", "zayavka", "zayavki",
))  # fmt: skip
# Names without marks between their words, which no other word ends with.
_JOINED: Final = re.compile(
    r"(?:submission|subscription|donation|booking|appointment|reservation|enquiry|enquiries|inquiry|inquiries|feedback|"
    r"message|ticket|attendee|subscriber|transaction|payment|invoice)s?$"
)
# Customers with a prefix are a shop's; alone they may be references, which are shown.
_PEOPLE: Final = re.compile(
    r"(?:^|[_-])(?:shop|wc|woo|crm|store|edd|mp|billing|user)[_-]?(?:customer|client|contact)s?$"
)
# What may follow that word and changes nothing.
_BEHIND: Final = frozenset((
    "data", "db", "item", "items", "note", "notes", "reply", "replies", "meta", "status", "detail", "details", "record",
    "records", "history", "archive", "post", "posts", "cpt", "temp", "row", "rows",
))  # fmt: skip


@cache
def is_private(kind: str) -> bool:
    """Whether a type is one that a site shows to nobody.

    Args:
        kind: The type, as the export names it.

    Returns:
        True for a known one, and for one whose last word says that it holds what people sent, bought or booked.
    """
    name = kind.strip().lower()
    if name in _KNOWN or _PEOPLE.search(name):
        return True
    words = [word for word in re.split(r"[^a-z]+", name) if word]
    while len(words) > 1 and words[-1] in _BEHIND:
        words.pop()
    last = words[-1] if words else ""
    return last in _WORDS or _JOINED.search(last) is not None
