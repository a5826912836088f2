"""Words of offices, kinds of text and topics, which alone are no name. Pure.

Whoever writes for a site as a desk, or under the name of a section, is no person: "Press Release", "Human Rights",
"Guest Contributor". What is a given name as well (Art, Freedom, Grace, Peace) or a usual family name (Das) is not here,
so that no person has such words alone; Justice is, whose family name is hardly one of these. Nor is a place a person,
alone ("Hong Kong") or with such words ("South Africa Desk").
"""

from __future__ import annotations

from typing import Final

_OFFICES: Final = frozenset((
    "admin", "administrator", "author", "authors", "board", "bureau", "center", "centre", "committee", "contributor",
    "contributors", "desk", "editor", "editorial", "editors", "guest", "info", "media", "news", "newsroom", "office",
    "online", "owner", "post", "posts", "press", "pressoffice", "publisher", "redaction", "redaktion", "reporter",
    "reporters", "root", "staff", "support", "team", "test", "user", "web", "webmaster", "website", "wordpress",
    "writer", "writers", "blogger", "bloggers", "columnist", "columnists", "correspondent", "correspondents",
    "communications", "comms", "marketing", "relations", "moderator", "managing", "chief", "senior", "assistant",
    "associate", "intern", "interns", "volunteer", "volunteers", "anonymous", "unknown", "various", "multiple",
    "several", "collective", "department", "ministry", "council", "agency", "association", "foundation", "federation",
    "institute", "organisation", "organization", "university", "college", "society", "union", "network", "coalition",
    "campaign", "group", "project", "program", "programme", "service", "services", "client", "customer", "member",
    "members", "partner", "partners", "sponsor", "sponsored",
))  # fmt: skip
_KINDS: Final = frozenset((
    "release", "releases", "statement", "statements", "announcement", "announcements", "report", "reports", "review",
    "reviews", "interview", "interviews", "opinion", "opinions", "comment", "comments", "commentary", "letter",
    "letters", "essay", "essays", "article", "articles", "feature", "features", "story", "stories", "column", "columns",
    "newsletter", "podcast", "podcasts", "video", "videos", "photo", "photos", "photography", "gallery", "archive",
    "photograph", "photographs", "archives", "blog", "blogs", "magazine", "journal", "newspaper", "bulletin", "update",
    "updates", "event", "events", "content", "advertisement", "advertorial", "promotion", "breaking", "daily", "weekly",
    "monthly", "exclusive", "latest", "live", "question", "questions", "answers", "reader", "readers", "resources",
    "publication", "publications", "research", "analysis", "study", "studies", "policy", "brief", "briefs",
))  # fmt: skip
_TOPICS: Final = frozenset((
    "human", "rights", "public", "health", "climate", "change", "environment", "world", "international", "national",
    "foreign", "local", "regional", "global", "domestic", "city", "community", "communities", "politics",
    "political", "government", "elections", "security", "defence", "defense",
    "economy", "economic", "economics", "business", "finance", "financial", "money", "technology", "tech",
    "science", "sciences", "education", "students", "student", "sports", "football", "culture", "cultural", "arts",
    "music", "film", "films", "books", "literature", "poetry", "history", "religion", "travel", "food", "recipes",
    "lifestyle", "living", "fashion", "family", "parenting", "women", "gender", "children", "child",
    "youth", "social", "civil", "legal", "labor", "labour", "workers", "work", "jobs", "careers", "immigration",
    "higher", "refugees", "racial", "equality", "equity", "development", "housing", "energy", "water",
    "agriculture", "transport", "internet", "digital", "data", "design", "software", "mobile", "gaming", "games",
    "medical", "mental", "disability", "aging", "justice", "free", "independent", "democracy", "movement", "s",
))  # fmt: skip
# What a credit of a picture names where it names nobody, and pages that stand beside those of authors.
_SOURCES: Final = frozenset((
    "afp", "agence", "alamy", "anadolu", "associated", "commons", "copyright", "courtesy", "epa", "facebook", "flickr",
    "guidelines", "handout", "illustration", "image", "images", "instagram", "istock", "pexels", "pixabay", "reuters",
    "screenshot", "shutterstock", "submission", "submissions", "supplied", "unsplash", "wikimedia", "wikipedia",
    "xinhua", "youtube",
))  # fmt: skip
_OTHERS: Final = frozenset((
    # German, French, Spanish, Portuguese, Italian.
    "gast", "gastautor", "gastautorin", "gastbeitrag", "gastautoren", "leserbrief", "leserbriefe", "presse",
    "pressemitteilung", "pressestelle", "politik", "wirtschaft", "kultur", "gesellschaft", "umwelt", "wissenschaft",
    "menschenrechte", "nachrichten", "aktuelles", "communique", "communiques", "redacteur", "redaction", "redactie",
    "droits", "homme", "politique", "economie", "societe", "environnement", "sante", "culture", "tribune", "invite",
    "invitee", "derechos", "humanos", "comunicado", "comunicados", "prensa", "redaccion", "politica", "economia",
    "sociedad", "cultura", "salud", "deportes", "noticias", "opinion", "invitado", "invitada", "colaborador",
    "colaboradora", "colaboradores", "direitos", "imprensa", "redacao", "sociedade", "saude", "esportes", "opiniao",
    "convidado", "convidada", "diritti", "umani", "comunicato", "comunicati", "stampa", "redazione", "societa",
    "salute", "notizie", "ospite",
))  # fmt: skip
_JOINING: Final = frozenset((
    "and", "of", "the", "our", "by", "for", "in", "on", "to", "from", "with", "at", "a", "an", "your", "us", "eu", "un",
    "uk", "und", "der", "die", "des", "fur", "aus", "et", "de", "du", "la", "le", "les", "l", "d", "y", "e",
    "el", "los", "las", "del", "do", "da", "dos", "di", "della", "dei", "i",
))  # fmt: skip
AMBIGUOUS: Final = frozenset((
    "april", "art", "august", "bill", "chase", "christian", "dawn", "drew", "faith", "frank", "grace", "grant", "guy",
    "hope", "hunter", "jack", "joy", "june", "mark", "may", "miles", "pat", "rich", "rob", "rose", "sky", "sue",
    "summer", "will",
))  # fmt: skip
"""Given names that are words as well, so that behind a family name they may be none ("Banks sue")."""
ORDINARY: Final = _OFFICES | _KINDS | _TOPICS | _SOURCES | _OTHERS | _JOINING
"""Folded words."""

PLACES: Final = frozenset((
    "abu dhabi", "addis ababa", "adobe stock", "agence france", "al jazeera", "asia pacific", "baden wurttemberg",
    "bloomberg news", "bloomberg via getty images", "bosnia and herzegovina", "british columbia", "buenos aires",
    "burkina faso", "cape town", "cape verde", "central africa", "central america", "central asia", "central europe",
    "costa rica", "cote d ivoire", "creative commons", "czech republic", "democratic republic of congo",
    "democratic republic of the congo", "dominican republic", "east africa", "east asia", "east timor",
    "eastern europe", "el salvador", "equatorial guinea", "european union", "getty images", "great britain",
    "guinea bissau", "hong kong", "horn of africa", "inner mongolia", "ivory coast", "kuala lumpur", "latin america",
    "los angeles", "middle east", "new caledonia", "new delhi", "new england", "new hampshire", "new jersey",
    "new mexico", "new orleans", "new south wales", "new york", "new zealand", "north africa", "north america",
    "north carolina", "north dakota", "north east", "north korea", "north macedonia", "north rhine westphalia",
    "north west", "northern africa", "northern europe", "northern ireland", "nova scotia", "papua new guinea",
    "public domain", "puerto rico", "rhode island", "rio de janeiro", "san diego", "san francisco", "san marino",
    "sao paulo", "saudi arabia", "sierra leone", "silicon valley", "south africa", "south america", "south asia",
    "south carolina", "south dakota", "south east", "south east asia", "south korea", "south sudan", "south west",
    "southeast asia", "southern africa", "southern europe", "sri lanka", "stock photo", "stock photos",
    "sub saharan africa", "tel aviv", "trinidad and tobago", "united arab emirates", "united kingdom", "united nations",
    "united states", "united states of america", "via getty images", "west africa", "west asia", "west bank",
    "west virginia", "western australia", "western europe", "western sahara", "white house",
))  # fmt: skip
"""Places and sources of pictures of several words, which alone or with ordinary words are no name."""

PARTICLES: Final = frozenset((
    "abu", "ben", "bin", "bint", "binti", "das", "del", "della", "den", "der", "des", "dos", "ibn", "los", "saint",
    "san", "santa", "ten", "ter", "the", "van", "vom", "von", "zum", "zur",
))  # fmt: skip
"""Words within names, behind which a name does not end."""
IN_AS: Final = frozenset((
    "andreas", "barnabas", "douglas", "elias", "jonas", "lucas", "lukas", "matias", "nicholas", "nicolas", "thomas",
    "tobias",
))  # fmt: skip
"""Names that others are a part of, and no genitive."""
SHORT_WORDS: Final = frozenset((
    "abc", "ad", "ai", "al", "all", "am", "and", "any", "are", "as", "bad", "bbc", "bc", "be", "big", "but", "can",
    "cbs",
    "cd", "ceo", "cfo", "cia", "cnn", "col", "coo", "cto", "dc", "dem", "den", "did", "eh", "er", "es", "eu", "ex",
    "fbi",
    "for", "gen", "get", "go", "god", "got", "gov", "had", "has", "he", "her", "him", "his", "how", "hr", "if", "ii",
    "im",
    "is", "it", "its", "las", "lo", "lt", "man", "md", "me", "met", "my", "nbc", "new", "no", "not", "now", "npr",
    "nsa",
    "ny", "nyc", "oh", "ok", "old", "one", "or", "out", "own", "pc", "pm", "pr", "rep", "sa", "sad", "saw", "say", "se",
    "sen", "sf", "sgt", "she", "si", "so", "st", "tv", "un", "up", "vp", "vs", "was", "we", "who", "why", "yes", "you",
))  # fmt: skip
"""Words and abbreviations of two or three letters, which are no initials before a family name."""
TITLES: Final = frozenset((
    "dr", "prof", "professor", "mr", "mrs", "ms", "miss", "mx", "sir", "dame", "lady", "lord", "rev", "fr", "sr",
    "br", "herr", "frau", "hr", "fru", "mag", "ing", "dipl", "doc", "mgr", "mme", "mlle", "dott",
    "ssa", "sra", "dra", "sn", "av", "yrd", "д", "проф", "г",
))  # fmt: skip
"""Titles before names."""
FACULTIES: Final = frozenset(("med", "phil", "rer", "nat", "jur"))
"""Faculties of a doctor; alone they are given names."""
