namespace Nexus.Dashboard.Api;

/// <summary>What the OpenAPI document says of an endpoint beside its name and summary; the examples are in Examples.json.</summary>
internal static class Described
{
    /// <summary>It takes a body. One that cannot be read, is too large or no JSON is refused by name.</summary>
    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder endpoint)
        where T : notnull => endpoint.Accepts<T>("application/json").Fails(400, 413, 415, 422);

    /// <summary>The same, where every field is optional: the body may be missing.</summary>
    public static RouteHandlerBuilder MayTake<T>(this RouteHandlerBuilder endpoint)
        where T : notnull => endpoint.Accepts<T>(isOptional: true, "application/json").Fails(400, 413, 415, 422);

    public static RouteHandlerBuilder Gives<T>(this RouteHandlerBuilder endpoint, params int[] statuses)
    {
        foreach (int status in statuses)
        {
            endpoint.Produces<T>(status, "application/json");
        }

        return endpoint;
    }

    public static RouteHandlerBuilder Fails(this RouteHandlerBuilder endpoint, params int[] statuses)
    {
        foreach (int status in statuses)
        {
            endpoint.Produces<Problem>(status, "application/problem+json");
        }

        return endpoint;
    }

    /// <summary>Names the types of problem that are this call's own; the others are those that any call with that status has.</summary>
    public static RouteHandlerBuilder With(this RouteHandlerBuilder endpoint, params string[] problemTypes) => endpoint.WithMetadata(new ProblemTypes(problemTypes));

    /// <summary>It looks at a parameter of the query.</summary>
    public static RouteHandlerBuilder Asks(this RouteHandlerBuilder endpoint, string name, string meaning, string example) =>
        endpoint.WithMetadata(new CallParameter(name, meaning, example));

    /// <summary>It answers page by page.</summary>
    public static RouteHandlerBuilder Pages(this RouteHandlerBuilder endpoint) => endpoint
        .Asks("limit", "How many items, 1 to 1,000; 100 unless given.", "100")
        .Asks("cursor", "The next of an earlier answer.", "")
        .Fails(422);

    /// <summary>It waits for news.</summary>
    public static RouteHandlerBuilder Waits(this RouteHandlerBuilder endpoint) => endpoint
        .Asks("wait", "Waits for news, 60 s at most, and answers as soon as there is some.", "PT30S");

    /// <summary>It honours the version that the caller has seen.</summary>
    public static RouteHandlerBuilder Versioned(this RouteHandlerBuilder endpoint) => endpoint
        .WithMetadata(new CallParameter("If-Match", "The version of an earlier answer: anything else is refused.", "\"3\"") { IsHeader = true })
        .Fails(400, 412);

    /// <summary>A repetition with the same <c>Idempotency-Key</c> gets the first answer.</summary>
    public static RouteHandlerBuilder Idempotent(this RouteHandlerBuilder endpoint) => endpoint
        .WithMetadata(new CallParameter("Idempotency-Key", "A repetition with the same key gets the first answer.", "renew-extract-0001-2") { IsHeader = true })
        .Fails(409)
        .With("idempotency-key-reused")
        .AddEndpointFilterFactory((context, next) =>
        {
            IdempotencyKeys keys = context.ApplicationServices.GetRequiredService<IdempotencyKeys>();
            return invocation => keys.InvokeAsync(invocation, next);
        });
}

/// <summary>A parameter that an endpoint reads by itself.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Meaning">What it does, in a sentence.</param>
/// <param name="Example">A value; empty for none.</param>
internal sealed record CallParameter(string Name, string Meaning, string Example)
{
    /// <summary>True for a header; else it stands in the query.</summary>
    public bool IsHeader { get; init; }
}

/// <summary>Types of problem that an endpoint has of its own.</summary>
/// <param name="Types">The slugs.</param>
internal sealed record ProblemTypes(IReadOnlyList<string> Types);
