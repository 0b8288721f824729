"""getuseraccessrightssummary.nv (reference/netvisor.md 3.10)."""

from sandbox.netvisor.company import Access, Role, User
from sandbox.netvisor.refusals import Refusal, bad_parameter
from sandbox.netvisor.resources.call import Call, Reply
from sandbox.netvisor.xml import attribute, element

_ROLES = (
    ("IsCompanyAdmin", None),
    ("IsAccountOfficeSuperUser", Role.FIRM_MAIN_USER),
    ("IsUserAdmin", Role.USER_ADMINISTRATOR),
    ("IsAuditor", None),
    ("IsAccountant", Role.ACCOUNTANT),
    ("IsPayrollAccountant", None),
    ("IsPayrollPersonnelManager", None),
    ("IsPayrollEmployeeController", None),
)


def access_rights_summary(call: Call) -> Reply:
    """Roles and profiles of users, for a caller who is KH or TPK in the company; no ledger rights are in it."""
    own = call.company.access.get(call.user.key, Access())
    if not own.roles & {Role.USER_ADMINISTRATOR, Role.FIRM_MAIN_USER}:
        raise Refusal(call.switches["role_missing"], "role_missing", "KH, TPK")
    wanted = call.number("company")
    if wanted not in (None, call.company.key):
        raise bad_parameter(f"company={wanted}")
    rows = "".join(_user(user, call.company.access[user.key]) for user in _users(call))
    return Reply(
        f'<Company Netvisorkey="{call.company.key}" Name="{attribute(call.company.name)}">'
        f"<Users>{rows}</Users></Company>"
    )


def _users(call: Call) -> list[User]:
    listed = call.parameters.get("users")
    if listed:
        if not all(key.isascii() and key.isdigit() for key in listed.split(",")):
            raise bad_parameter(f"users={listed}")
        keys = [int(key) for key in listed.split(",")]
    elif call.switches["rights_summary_without_users"] == "everyone":
        keys = list(call.company.access)
    else:
        keys = [call.user.key]
    return [call.everyone[key] for key in keys if key in call.company.access]


def _user(user: User, access: Access) -> str:
    roles = "".join(
        f"<{name}>{str(role is not None and role in access.roles).lower()}</{name}>" for name, role in _ROLES
    )
    return (
        f'<User Netvisorkey="{user.key}">{element("FirstName", user.first_name)}'
        f"{element('LastName', user.last_name)}<Roles>{roles}</Roles>"
        "<Profiles><AccountingProfile>AllRights</AccountingProfile>"
        "<PayrollProfile>NoRights</PayrollProfile></Profiles><ValidFrom/><ValidTo/></User>"
    )
