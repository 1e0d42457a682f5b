"""The id of a product: the same at the hub and at every till, without asking anyone. Pure."""

import uuid

PRODUCT_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://gs1.org/gtin")


def product_id(gtin14: str) -> str:
    """The id of the product with this GTIN-14."""
    return str(uuid.uuid5(PRODUCT_NAMESPACE, gtin14))
