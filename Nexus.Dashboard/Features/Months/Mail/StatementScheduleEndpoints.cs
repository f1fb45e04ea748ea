using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;

namespace Nexus.Dashboard.Features.Months.Mail;

/// <summary>HTTP to <see cref="StatementScheduleService"/>, and nothing else.</summary>
internal static class StatementScheduleEndpoints
{
    public static void MapStatementSchedules(this IEndpointRouteBuilder api)
    {
        api.MapGet("/statements:schedules", ListAsync).WithName("listStatementSchedules").WithSummary("The statements that are sent by e-mail, each with what became of the last").Gives<Page<StatementScheduleAnswer>>(200).Fails(401, 403).Pages();
        api.MapGet("/statements:schedules/{id}", async (HttpContext http, string id, Caller caller, StatementScheduleService schedules) => await WriteAsync(http, await schedules.GetAsync(caller, id, http.RequestAborted)))
            .WithName("getStatementSchedule").WithSummary("One schedule").Gives<StatementScheduleAnswer>(200).Fails(401, 403, 404);
        api.MapPut("/statements:schedules/{id}", PutAsync).WithName("putStatementSchedule").WithSummary("Have a tenant's statement sent each month, when the month is closed or on a day").Takes<StatementScheduleBody>().Gives<StatementScheduleAnswer>(200)
            .Fails(401, 403, 409).With("missing-scope", "outside-path", "invalid-value", "exists").Versioned();
        api.MapDelete("/statements:schedules/{id}", DeleteAsync).WithName("deleteStatementSchedule").WithSummary("Send no more statements by a schedule; what was still to be sent is given up").Produces(204).Fails(401, 403, 404, 422).Versioned();
        api.MapPost("/statements:schedules/{id}/send", SendAsync).WithName("sendStatement").WithSummary("Send a month's statement to all recipients now, whether it was sent or not").MayTake<SendStatementBody>().Gives<Page<StatementDeliveryAnswer>>(200)
            .Fails(401, 403, 404, 503).With("missing-scope", "invalid-value", "version-mismatch");
        api.MapGet("/statements:schedules/{id}/deliveries", DeliveriesAsync).WithName("listStatementDeliveries").WithSummary("What became of the statements of a schedule, the newest first").Gives<Page<StatementDeliveryAnswer>>(200).Fails(401, 403, 404).Pages();
        api.MapPost("/statements:schedules/{id}/deliveries/{delivery}/retry", RetryAsync).WithName("retryStatementDelivery").WithSummary("Send again what was given up, or at once what waits").Gives<StatementDeliveryAnswer>(200).Fails(401, 403, 404, 409).With("ended");
    }

    private static async Task ListAsync(HttpContext http, Caller caller, StatementScheduleService schedules)
    {
        Result<IReadOnlyList<StatementScheduleState>> found = await schedules.ListAsync(caller, http.RequestAborted);
        Page<StatementScheduleAnswer> page = new([], null);
        Problem? problem = found.Problem ?? http.PageOf(found.Value!.Select(StatementScheduleAnswer.Of), static s => s.Id, out page);
        await (problem?.WriteAsync(http) ?? http.WriteAsync(page, ApiJson.Default.PageStatementScheduleAnswer));
    }

    private static async Task PutAsync(HttpContext http, string id, Caller caller, StatementScheduleService schedules)
    {
        Result<StatementScheduleBody> body = await Body.ReadAsync(http, ApiJson.Default.StatementScheduleBody);
        Problem? wrong = http.VersionOf(out long? version) ?? body.Problem;
        await WriteAsync(http, wrong is not null ? wrong : await schedules.PutAsync(caller, id, body.Value!, version, http.RequestAborted));
    }

    private static async Task DeleteAsync(HttpContext http, string id, Caller caller, StatementScheduleService schedules)
    {
        Problem? problem = http.VersionOf(out long? version) ?? await schedules.DeleteAsync(caller, id, version, http.RequestAborted);
        if (problem is not null)
        {
            await problem.WriteAsync(http);
            return;
        }

        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task SendAsync(HttpContext http, string id, Caller caller, StatementScheduleService schedules)
    {
        Result<SendStatementBody> body = await Body.ReadOptionalAsync(http, ApiJson.Default.SendStatementBody, new SendStatementBody());
        Result<IReadOnlyList<StatementDelivery>> sent = body.Problem is { } wrong ? wrong : await schedules.SendAsync(caller, id, body.Value!, http.RequestAborted);
        await (sent.Problem?.WriteAsync(http) ?? http.WriteAsync(new Page<StatementDeliveryAnswer>([.. sent.Value!.Select(StatementDeliveryAnswer.Of)], null), ApiJson.Default.PageStatementDeliveryAnswer));
    }

    private static async Task DeliveriesAsync(HttpContext http, string id, Caller caller, StatementScheduleService schedules)
    {
        Result<IReadOnlyList<StatementDelivery>> found = await schedules.DeliveriesAsync(caller, id, http.RequestAborted);
        Page<StatementDeliveryAnswer> page = new([], null);
        Problem? problem = found.Problem ?? http.PageOf(found.Value!.Select(StatementDeliveryAnswer.Of), static d => $"{long.MaxValue - long.Parse(d.Id, System.Globalization.CultureInfo.InvariantCulture):D19}", out page);
        await (problem?.WriteAsync(http) ?? http.WriteAsync(page, ApiJson.Default.PageStatementDeliveryAnswer));
    }

    private static async Task RetryAsync(HttpContext http, string id, string delivery, Caller caller, StatementScheduleService schedules)
    {
        Result<StatementDelivery> again = await schedules.RetryAsync(caller, id, delivery, http.RequestAborted);
        await (again.Problem?.WriteAsync(http) ?? http.WriteAsync(StatementDeliveryAnswer.Of(again.Value!), ApiJson.Default.StatementDeliveryAnswer));
    }

    private static Task WriteAsync(HttpContext http, Result<StatementScheduleState> schedule)
    {
        if (schedule.Problem is { } problem)
        {
            return problem.WriteAsync(http);
        }

        http.Response.Headers.ETag = $"\"{schedule.Value!.Schedule.Version}\"";
        return http.WriteAsync(StatementScheduleAnswer.Of(schedule.Value), ApiJson.Default.StatementScheduleAnswer);
    }
}
