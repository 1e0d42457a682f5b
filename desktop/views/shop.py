"""What this shop is about: its trade, by whose rules everything is judged."""

from sqlalchemy import Connection

from desktop.rules.trade import Trade
from desktop.trades import TRADES, load_trade


def find_trade(_connection: Connection) -> Trade:
    """The trade of this till's shop: the first that is shipped, until headquarters says another."""
    return load_trade(TRADES[0])
