using Xunit;

namespace Nexus.Dashboard.Tests;

public sealed class SmokeTests
{
    [Fact]
    public void One() => Assert.True(true);
}
