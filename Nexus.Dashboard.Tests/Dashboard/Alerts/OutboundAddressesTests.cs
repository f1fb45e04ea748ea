using System.Net;
using Nexus.Dashboard.Outbound;

namespace Nexus.Dashboard.Tests.Dashboard.Alerts;

public sealed class OutboundAddressesTests
{
    [Theory]
    [InlineData("93.184.215.14")]
    [InlineData("2606:2800:21f:cb07:6820:80da:af6b:8b2c")]
    [InlineData("172.32.0.1")]
    [InlineData("192.169.0.1")]
    [InlineData("64:ff9b::5db8:d70e")]
    public void What_is_public_may_be_called(string address) => Assert.Null(OutboundAddresses.Fault(IPAddress.Parse(address), allowPrivate: false));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.9.10")]
    [InlineData("10.1.2.3")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("100.64.0.1")]
    [InlineData("198.18.0.1")]
    [InlineData("::1")]
    [InlineData("fd12:3456::1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::10.0.0.1")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("2002:a00:1::")]
    public void What_is_private_may_be_called_only_where_that_is_allowed(string address)
    {
        Assert.Contains("is a private address", OutboundAddresses.Fault(IPAddress.Parse(address), allowPrivate: false), StringComparison.Ordinal);
        Assert.Null(OutboundAddresses.Fault(IPAddress.Parse(address), allowPrivate: true));
    }

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("169.254.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("2002:a9fe:a9fe::")]
    [InlineData("fe80::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("100.100.100.200")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("ff02::1")]
    public void What_is_link_local_or_reserved_is_never_called(string address) =>
        Assert.Contains("never called", OutboundAddresses.Fault(IPAddress.Parse(address), allowPrivate: true), StringComparison.Ordinal);
}
