"""The forms in which services hand out secrets, as regular expressions of RE2.

Each form is made to be found: a prefix, a length and an alphabet of its own. They follow
https://docs.github.com/en/code-security/reference/secret-security/supported-secret-scanning-patterns, which names the
kinds, and the service's own documentation or https://github.com/gitleaks/gitleaks (MIT), which give the alphabets.
No library is used: those that are maintained look at one line of one file at a time in Python, and a release has
millions of values (docs/decisions/0031-privacy.md).
"""

from __future__ import annotations

from typing import Final

FORMS: Final = {
    "a token of Hugging Face": r"\b(?:hf_[A-Za-z0-9]{30,}|api_org_[A-Za-z0-9]{30,})",
    "a token of GitHub": r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{60,})",
    "a token of GitLab": r"\bgl(?:pat|dt|rt|soat|ft|agent|cbt|ptt)-[\w-]{20}",
    "a key of Amazon": r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b",
    "a key of Google": r"\bAIza[\w-]{35}|\bGOCSPX-[\w-]{28}|\bya29\.[\w-]{30,}",
    "a token of Slack": (
        r"\bxox[abceoprs](?:\.xox[abp])?-[A-Za-z0-9-]{10,}|\bxapp-\d-[A-Z0-9]+-\d+-[a-f0-9]{16,}"
        r"|hooks\.slack\.com/services/T\w{6,}/B\w{6,}/\w{16,}"
    ),
    "a key of Stripe": r"\b[rs]k_live_[A-Za-z0-9]{20,}|\bwhsec_[A-Za-z0-9]{24,}",
    "a key of OpenAI": (
        r"\bsk-(?:proj|svcacct|admin|None)-[\w-]{20,}"
        r"|\bsk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}|\bsk-[A-Za-z0-9]{48}\b"
    ),
    "a key of Anthropic": r"\bsk-ant-[\w-]{20,}",
    "a token of Telegram": r"\b[0-9]{8,10}:AA[\w-]{33}",
    "a key of SendGrid": r"\bSG\.[\w-]{16,32}\.[\w-]{16,64}",
    "a token of npm": r"\bnpm_[A-Za-z0-9]{36}",
    "a token of PyPI": r"\bpypi-AgE[\w-]{50,}",
    "a token of DigitalOcean": r"\bdo[opr]_v1_[a-f0-9]{64}",
    "a key of Mailchimp": r"\b[0-9a-f]{32}-us[0-9]{1,2}\b",
    "a key of Mailgun": r"\bkey-[0-9a-f]{32}\b",
    "a key of Twilio": r"\bSK[0-9a-f]{32}\b",
    "a token of Shopify": r"\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}",
    "a token of Square": r"\bsq0(?:atp|csp)-[\w-]{22,43}|\bEAAA[A-Za-z0-9_-]{60}",
    "a token of Discord": r"\b[MNO][A-Za-z0-9_-]{23,25}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,38}",
    "a token of Docker": r"\bdckr_(?:pat|oat)_[\w-]{27,}",
    "a token of Notion": r"\b(?:secret_[A-Za-z0-9]{43}|ntn_[A-Za-z0-9]{40,})",
    "a token of Databricks": r"\bdapi[a-f0-9]{32}",
    "a key of Groq": r"\bgsk_[A-Za-z0-9]{48,}",
    "a token of Replicate": r"\br8_[A-Za-z0-9]{37}",
    "a key of Azure": r"AccountKey=[A-Za-z0-9+/]{86}==",
    "a JSON Web Token": r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}",
    "the address of a database with its password": (
        r"(?i)\b(?:postgres(?:ql)?|mysql2?|mariadb|mongodb(?:\+srv)?|rediss?|amqps?|mssql|sqlserver|clickhouse|cockroachdb|"
        r"ftps?|sftp|ldaps?|smtps?|https?)(?:\+\w+)?://[^\s:/@\"'<>?#]*:[^\s:/@\"'<>?#]+@[\w.\[-]"
    ),
    "the password of a WordPress database": r"DB_PASSWORD['\"]\s*,\s*['\"][^'\"]+['\"]",
    "a private key": (
        r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----|PuTTY-User-Key-File-[0-9]|AGE-SECRET-KEY-1[0-9A-Z]{50,}"
    ),
}  # fmt: skip
"""What may stand in no release, by what it is called in a message."""

ANY: Final = "|".join(f"(?:{form})" for form in FORMS.values())
