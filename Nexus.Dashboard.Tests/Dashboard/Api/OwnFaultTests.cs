using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Nexus.Dashboard.Api;

namespace Nexus.Dashboard.Tests.Dashboard.Api;

public sealed class OwnFaultTests
{
    [Fact]
    public async Task A_fault_of_ours_is_a_problem_document_too_and_tells_nothing_of_its_insides()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<Draining>();
        await using WebApplication app = builder.Build();
        app.UseNexusApi();
        app.MapGet("/api/v1/broken", string () => throw new InvalidOperationException("the secret of the house"));
        await app.StartAsync(TestContext.Current.CancellationToken);

        ApiAnswer answer = await new ApiClient(new Uri(app.Urls.First()), null).GetAsync("/api/v1/broken");

        Assert.DoesNotContain("secret", answer.IsProblem(500, "internal-error").Text, StringComparison.Ordinal);
    }
}
