using Microsoft.Extensions.Configuration;
using Nexus.Dashboard.Commands;
using Xunit;

namespace Nexus.Dashboard.Tests.Dashboard.Commands;

public sealed class DataDirectoryTests
{
    [Fact]
    public void The_option_wins_and_is_relative_to_the_working_directory() =>
        Assert.Equal(Path.Combine(Environment.CurrentDirectory, "here"), Choose("here", "/configured", development: false));

    [Fact]
    public void Else_the_configuration_which_is_relative_to_the_program()
    {
        Assert.Equal("/configured", Choose(null, "/configured", development: false));
        Assert.Equal(Path.Combine(AppContext.BaseDirectory, "store"), Choose(null, "store", development: false));
    }

    [Fact]
    public void Else_data_beside_the_program() =>
        Assert.Equal(Path.Combine(AppContext.BaseDirectory, "data"), Choose(null, null, development: false));

    [Fact]
    public void Else_in_Development_data_of_the_repository()
    {
        string folder = Path.GetDirectoryName(Choose(null, null, development: true))!;

        Assert.True(File.Exists(Path.Combine(folder, "Nexus.Dashboard.sln")));
    }

    private static string Choose(string? option, string? configured, bool development)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Nexus:Data", configured)]).Build();
        return DataDirectory.Choose(option, configuration, development).Path;
    }
}
