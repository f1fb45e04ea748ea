using Nexus.Dashboard.Commands;
using Xunit;

namespace Nexus.Dashboard.Tests.Dashboard.Commands;

public sealed class ConfigurationArgumentsTests
{
    [Fact]
    public void Settings_of_the_host_are_told_from_a_commands_own_arguments()
    {
        ConfigurationArguments arguments = ConfigurationArguments.Split(
            ["serve", "--Logging:LogLevel:Default=Debug", "--data", "/a:b=c", "--environment=Staging", "--urls=http://x:1", "--no-demo"]);

        Assert.Equal(["--Logging:LogLevel:Default=Debug", "--environment=Staging"], arguments.Settings);
        Assert.Equal(["serve", "--data", "/a:b=c", "--urls=http://x:1", "--no-demo"], arguments.Rest);
    }
}
