using System.Net;
using System.Net.Sockets;

namespace Nexus.Dashboard.Outbound;

/// <summary>Which addresses what people configured may be sent to: nobody makes the server a way into its own network, nor to the credentials that clouds keep at link-local addresses.</summary>
internal static class OutboundAddresses
{
    private static readonly IPNetwork[] Never =
    [
        // This network and link-local with the clouds' metadata (RFC 1122, RFC 3927), multicast and reserved with broadcast (RFC 5771, RFC 1112); the same in IPv6 (RFC 4291).
        .. Networks("0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4", "::/128", "fe80::/10", "ff00::/8"),

        // Metadata that some clouds keep at addresses which are private otherwise.
        .. Networks("100.100.100.200/32", "192.0.0.192/32", "fd00:ec2::254/128", "fd20:ce::254/128"),
    ];

    private static readonly IPNetwork[] Private =
        Networks("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.0.0.0/24", "192.168.0.0/16", "198.18.0.0/15", "::1/128", "fc00::/7", "fec0::/10");

    // Prefixes behind which an IPv4 address stands, and at which byte: translated (RFC 6052) and 6to4 (RFC 3056).
    private static readonly (IPNetwork Prefix, int At)[] Carriers = [(IPNetwork.Parse("64:ff9b::/96"), 12), (IPNetwork.Parse("2002::/16"), 2), (IPNetwork.Parse("::/96"), 12)];

    /// <summary>Why an address may not be called.</summary>
    /// <param name="address">The address that is to be connected to, not the name that led to it.</param>
    /// <param name="allowPrivate">What <see cref="OutboundOptions.AllowPrivate"/> says.</param>
    /// <returns>Null where it may.</returns>
    public static string? Fault(IPAddress address, bool allowPrivate)
    {
        IPAddress meant = Meant(address);
        return Array.Exists(Never, n => n.Contains(meant)) ? $"{address} is a link-local or otherwise reserved address, which is never called"
            : !allowPrivate && Array.Exists(Private, n => n.Contains(meant)) ? $"{address} is a private address: set {OutboundOptions.Section}:{nameof(OutboundOptions.AllowPrivate)} to let webhooks go there"
            : null;
    }

    // An address of the other family may stand in one of IPv6: it is judged as what it leads to.
    private static IPAddress Meant(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6 || address.Equals(IPAddress.IPv6Any) || address.Equals(IPAddress.IPv6Loopback))
        {
            return address;
        }

        foreach ((IPNetwork prefix, int at) in Carriers)
        {
            if (prefix.Contains(address))
            {
                return new IPAddress(address.GetAddressBytes().AsSpan(at, 4));
            }
        }

        return address;
    }

    private static IPNetwork[] Networks(params string[] texts) => [.. texts.Select(static t => IPNetwork.Parse(t))];
}
