"""From a request and what is known to its end: done, repeated or refused; nothing is asked, nothing is written."""

from services.permissions.asking.delegating import authorise, delegate, unauthorise
from services.permissions.asking.designating import designate, remove
from services.permissions.asking.hotline import block, confirm, unblock, unconfirm
from services.permissions.asking.requests import (
    Authorise,
    Block,
    Confirm,
    Decision,
    Delegate,
    Designate,
    Known,
    Remove,
    Request,
    Unauthorise,
    Unblock,
    Unconfirm,
)


def judge(asked: Request, known: Known) -> Decision:
    """The one function for each command."""
    match asked:
        case Designate():
            return designate(asked, known)
        case Remove():
            return remove(asked, known)
        case Delegate():
            return delegate(asked, known)
        case Authorise():
            return authorise(asked, known)
        case Unauthorise():
            return unauthorise(asked, known)
        case Confirm():
            return confirm(asked, known)
        case Unconfirm():
            return unconfirm(asked, known)
        case Block():
            return block(asked, known)
        case Unblock():
            return unblock(asked, known)
