using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Nexus.Dashboard.Api;

/// <summary>The OpenAPI document at /openapi/v1.json.</summary>
internal static class OpenApi
{
    private const string Scheme = "apiKey";

    public static void AddNexusOpenApi(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Nexus",
                Version = "v1",
                Description = "Agents ask for resources; Nexus grants, queues or refuses with the reason. Errors are RFC 9457 problem documents with a stable type.",
            };
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
            {
                [Scheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API key, nxs_…" },
            };
            document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, document)] = [] }];
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            if (context.JsonTypeInfo.Type == typeof(Amount) || context.JsonTypeInfo.Type == typeof(Amount?))
            {
                schema.Type = JsonSchemaType.Number;
                schema.Properties = null;
                schema.Required = null;
                schema.Description = "An amount in the kind's unit, at most three decimals.";
                schema.Examples = [1];
            }
            else if (context.JsonTypeInfo.Type == typeof(Duration) || context.JsonTypeInfo.Type == typeof(Duration?))
            {
                schema.Type = JsonSchemaType.String;
                schema.Properties = null;
                schema.Required = null;
                schema.Description = "ISO 8601, or a number of seconds.";
                schema.Examples = ["PT5M"];
            }

            return Task.CompletedTask;
        });
    });

    // The door lets in whoever has a key or is signed in.
    public static void MapNexusOpenApi(this WebApplication app) => app.MapOpenApi().AllowAnonymous();
}
