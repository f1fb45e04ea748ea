using Xunit;

namespace Nexus.E2E;

public sealed class SmokeTests
{
    [Fact]
    public void One() => Assert.True(true);
}
