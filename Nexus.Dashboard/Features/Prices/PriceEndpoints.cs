using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;

namespace Nexus.Dashboard.Features.Prices;

/// <summary>HTTP to <see cref="PriceService"/> and <see cref="RerateService"/>, and nothing else.</summary>
internal static class PriceEndpoints
{
    public static void MapPrices(this IEndpointRouteBuilder api)
    {
        api.MapGet("/prices", (HttpContext http, Caller caller, PriceService prices) => WriteAsync(http, prices.Get(caller)))
            .WithName("getPrices").WithSummary("The price book").Gives<PricesAnswer>(200).Fails(401, 403);
        api.MapPut("/prices", PutAsync).WithName("putPrices").WithSummary("Replace the price book; what was priced already stays as it is").Takes<PricesBody>().Gives<PricesAnswer>(200).Fails(401, 403, 503)
            .With("missing-scope", "invalid-value", "unknown-name").Versioned();
        api.MapPost("/prices:import", ImportAsync).WithName("importPrices").WithSummary("Add or replace the prices that a file names, in our own layout or in LiteLLM's").Takes<PricesBody>().Gives<PriceImportAnswer>(200).Fails(401, 403, 503)
            .With("missing-scope", "invalid-value", "unknown-name").Versioned().Asks("dryRun", "True to learn what would change, and change nothing.", "true");
        api.MapPost("/prices:rerate", RerateAsync).WithName("ratePast").WithSummary("Rate a past range by the prices of now, each line by the price that holds at its time, and enter the differences as adjustments").Takes<RerateBody>().Gives<RerateAnswer>(200).Fails(401, 403, 503)
            .With("missing-scope", "invalid-value").Versioned().Asks("dryRun", "True to learn what it would come to, by owner, and enter nothing.", "true");
    }

    private static async Task PutAsync(HttpContext http, Caller caller, PriceService prices)
    {
        Result<PricesBody> body = await Body.ReadAsync(http, ApiJson.Default.PricesBody, Body.BatchLimit);
        Problem? wrong = http.VersionOf(out long? version) ?? body.Problem;
        await WriteAsync(http, wrong is not null ? wrong : await prices.PutAsync(caller, body.Value!, version, http.RequestAborted));
    }

    private static async Task ImportAsync(HttpContext http, Caller caller, PriceService prices)
    {
        Result<byte[]> body = await Body.ReadBytesAsync(http, Body.BatchLimit);
        bool dryRun = false;
        Problem? wrong = http.VersionOf(out long? version) ?? http.FlagOf("dryRun", out dryRun) ?? body.Problem;
        Result<PriceImportAnswer> answer = wrong is not null ? wrong : await prices.ImportAsync(caller, body.Value!, dryRun, version, http.RequestAborted);
        await (answer.Problem is { } problem ? problem.WriteAsync(http) : http.WriteAsync(answer.Value!, ApiJson.Default.PriceImportAnswer));
    }

    private static async Task RerateAsync(HttpContext http, Caller caller, RerateService prices)
    {
        Result<RerateBody> body = await Body.ReadAsync(http, ApiJson.Default.RerateBody, Body.Limit);
        bool dryRun = false;
        Problem? wrong = http.VersionOf(out long? version) ?? http.FlagOf("dryRun", out dryRun) ?? body.Problem;
        Result<RerateAnswer> answer = wrong is not null ? wrong : await prices.RerateAsync(caller, body.Value!, dryRun, version, http.RequestAborted);
        await (answer.Problem is { } problem ? problem.WriteAsync(http) : http.WriteAsync(answer.Value!, ApiJson.Default.RerateAnswer));
    }

    private static Task WriteAsync(HttpContext http, Result<PricesAnswer> answer)
    {
        if (answer.Problem is { } problem)
        {
            return problem.WriteAsync(http);
        }

        http.Response.Headers.ETag = $"\"{answer.Value!.Version}\"";
        return http.WriteAsync(answer.Value, ApiJson.Default.PricesAnswer);
    }
}
