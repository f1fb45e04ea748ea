using Microsoft.OpenApi;

namespace Nexus.Dashboard.Api;

/// <summary>What a call reads beside its path and body, for the OpenAPI document.</summary>
/// <param name="In">Where it stands.</param>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its JSON type.</param>
/// <param name="Description">What it means.</param>
/// <param name="Example">As it is written.</param>
internal sealed record Asked(ParameterLocation In, string Name, JsonSchemaType Type, string Description, string Example);

/// <summary>What the OpenAPI document says of an endpoint.</summary>
internal static class Described
{
    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder endpoint)
        where T : notnull => endpoint.Accepts<T>("application/json");

    /// <summary>Takes a body all of whose fields are optional.</summary>
    public static RouteHandlerBuilder MayTake<T>(this RouteHandlerBuilder endpoint)
        where T : notnull => endpoint.Accepts<T>(isOptional: true, "application/json");

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

    /// <summary>A parameter of the query.</summary>
    public static RouteHandlerBuilder Asks(this RouteHandlerBuilder endpoint, string name, string description, string example, JsonSchemaType type = JsonSchemaType.String) =>
        endpoint.WithMetadata(new Asked(ParameterLocation.Query, name, type, description, example));

    /// <summary>A list that comes in pages.</summary>
    public static RouteHandlerBuilder Pages(this RouteHandlerBuilder endpoint) => endpoint
        .Asks("limit", "How many at most, 1 to 1,000; 100 unless given.", "100", JsonSchemaType.Integer)
        .Asks("cursor", "The 'next' of the page before.", "bi4wLjEwNDI");

    /// <summary>An id that several tenants may have.</summary>
    public static RouteHandlerBuilder Narrows(this RouteHandlerBuilder endpoint) =>
        endpoint.Asks("owner", "The owner path within which the id is looked up; needed where several tenants have it.", "acme");

    /// <summary>A change that may expect a version.</summary>
    public static RouteHandlerBuilder Versioned(this RouteHandlerBuilder endpoint) => endpoint
        .WithMetadata(new Asked(ParameterLocation.Header, "If-Match", JsonSchemaType.String, "The version that was read; it is refused with 412 where it was changed since. '*': only if it exists.", "\"12\""));

    /// <summary>A change that may create, and may be told to do nothing else.</summary>
    public static RouteHandlerBuilder Creates(this RouteHandlerBuilder endpoint) => endpoint.Versioned()
        .WithMetadata(new Asked(ParameterLocation.Header, "If-None-Match", JsonSchemaType.String, "'*': only if it does not exist yet.", "*"));

    /// <summary>A repetition with the same <c>Idempotency-Key</c> gets the first answer.</summary>
    public static RouteHandlerBuilder Idempotent(this RouteHandlerBuilder endpoint) =>
        endpoint.AddEndpointFilterFactory((context, next) =>
        {
            IdempotencyKeys keys = context.ApplicationServices.GetRequiredService<IdempotencyKeys>();
            return invocation => keys.InvokeAsync(invocation, next);
        }).WithMetadata(new Asked(ParameterLocation.Header, IdempotencyKeys.Header, JsonSchemaType.String, "A repetition with the same key gets the first answer again, for 24 hours.", "4f3c1a"));

    /// <summary>A call that may wait for news.</summary>
    public static RouteHandlerBuilder Waits(this RouteHandlerBuilder endpoint) => endpoint
        .WithDescription("With ?wait=PT30S (60 s at most) it answers as soon as there is news.")
        .Asks("wait", "How long to wait for news, 60 s at most: ISO 8601, or a number of seconds.", "PT30S");
}
