"""Essential Contacts: the people whom Google notifies."""

from offline.services.service import Service

SERVICE = Service(
    apis={"google_essential_contacts_": "essentialcontacts"},
    not_modelled={"google_essential_contacts_": ("notifications, validation of addresses",)},
)
