"""Which IP addresses are of the open internet, by a list of our own.

Python's `ipaddress` knows the same registries, but which state of them depends on its patch version. The list follows
https://www.iana.org/assignments/iana-ipv4-special-registry and https://www.iana.org/assignments/iana-ipv6-special-registry
as of 9 October 2025: whatever they call not globally reachable, and the blocks of protocols, in which no web server
stands. Of IPv6 only 2000::/3 was given out for use in the internet
(https://www.iana.org/assignments/ipv6-unicast-address-assignments), so that all else needs no list.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_CLOSED_4: Final = tuple(map(IPv4Network, (
    "0.0.0.0/8",  # this network, RFC 791
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",  # private use, RFC 1918
    "100.64.0.0/10",  # shared by customers of a carrier, RFC 6598
    "127.0.0.0/8",  # loopback, RFC 1122
    "169.254.0.0/16",  # link-local, RFC 3927; clouds tell their machines secrets there
    "192.0.0.0/24",  # protocols of the IETF, RFC 6890
    "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24",  # documentation, RFC 5737
    "192.88.99.0/24",  # relays of 6to4, RFC 7526
    "198.18.0.0/15",  # benchmarks, RFC 2544
    "224.0.0.0/4",  # multicast, RFC 5771
    "240.0.0.0/4",  # reserved and broadcast, RFC 1112 and 919
)))  # fmt: skip
_OPEN_6: Final = IPv6Network("2000::/3")
_CLOSED_6: Final = tuple(map(IPv6Network, (
    "2001::/23",  # protocols of the IETF, RFC 2928, and Teredo, RFC 4380
    "2001:db8::/32", "3fff::/20",  # documentation, RFC 3849 and 9637
)))  # fmt: skip
_6TO4: Final = IPv6Network("2002::/16")  # RFC 3056: an IPv4 address behind the first 16 bits
_WRAPPED: Final = tuple(map(IPv6Network, ("::ffff:0:0/96", "64:ff9b::/96")))  # RFC 4291 and 6052: the last 32 bits


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the open internet.

    It is not loopback, private, link-local, shared or reserved.

    Args:
        address: An IPv4 or IPv6 address; a zone behind `%` counts for nothing. IPv4 wrapped in IPv6 (mapped, 6to4,
            NAT64) is judged as what it leads to.

    Returns:
        Whether every address that it leads to is public.

    Raises:
        ValueError: It is no IP address.
    """
    return all(map(_is_open, _unwrapped(ip_address(address.partition("%")[0]))))


def _unwrapped(address: IPv4Address | IPv6Address) -> Iterator[IPv4Address | IPv6Address]:
    if isinstance(address, IPv4Address):
        yield address
    elif any(address in network for network in _WRAPPED):
        yield IPv4Address(int(address) & 0xFFFFFFFF)
    else:
        yield address
        if address in _6TO4:
            yield IPv4Address(int(address) >> 80 & 0xFFFFFFFF)


def _is_open(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _CLOSED_4)
    return address in _OPEN_6 and not any(address in network for network in _CLOSED_6)
