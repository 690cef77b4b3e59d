"""The one list of rooms, lowest first: a room may use those before it."""

from app.accounts import module as accounts
from app.communities import module as communities
from app.connections import module as connections
from app.contracts import module as contracts
from app.desk import module as desk
from app.filedrop import module as filedrop
from app.organisations import module as organisations

MODULES = (
    accounts,
    communities,
    filedrop,
    organisations,
    connections,
    contracts,
    desk,
)
