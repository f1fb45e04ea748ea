using Microsoft.OpenApi;

namespace Nexus.Dashboard.Api;

/// <summary>The OpenAPI document at /openapi/v1.json.</summary>
internal static class OpenApi
{
    private const string Scheme = "apiKey";

    private static readonly (string Name, string Meaning)[] Tags =
    [
        ("Requests", "Ask for resources, wait for them, look why they are not there, give up."),
        ("Leases", "What is granted lasts while it is renewed; release it with what was really used."),
        ("Times", "How long requests waited and ran."),
        ("Calibration", "How what was promised held."),
        ("Pools", "Where resources come from."),
        ("Kinds", "What can be asked for."),
        ("Priorities", "Classes of urgency."),
        ("Owners", "Labels and classes that all below an owner path inherit."),
        ("Alerts", "What is watched, what fires, and who is told."),
        ("Recommendations", "What could be saved, and what was."),
        ("Events", "What the engine decided, in order."),
        ("Audit", "Who changed what."),
        ("Simulations", "What would have been, or would be, under other rules."),
        ("Users", "The people who may sign in."),
        ("Keys", "What programs identify themselves with."),
    ];

    public static void AddNexusOpenApi(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            Describe(document);
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(OpenApiOperations.DescribeAsync);
        options.AddSchemaTransformer(OpenApiSchemas.DescribeAsync);
    });

    // The door lets in whoever has a key or is signed in.
    public static void MapNexusOpenApi(this WebApplication app) => app.MapOpenApi().AllowAnonymous();

    private static void Describe(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Nexus",
            Version = "v1",
            Description = "Agents ask for resources; Nexus grants, queues or refuses with the reason. Errors are RFC 9457 problem documents with a stable type. "
                + "Times are RFC 3339, durations ISO 8601 or a number of seconds, amounts numbers in the kind's unit. What is absent is left out, never null.",
        };
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [Scheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API key, nxs_…" },
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, document)] = [] }];
        document.Tags = new HashSet<OpenApiTag>(Tags.Select(t => new OpenApiTag { Name = t.Name, Description = t.Meaning }));
        OpenApiSchemas.LeaveOutNull(document);
        OpenApiSchemas.RequireWhatIsChecked(document);
    }
}
