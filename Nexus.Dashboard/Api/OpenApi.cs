using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Nexus.Dashboard.Features.Pools;
using Nexus.Dashboard.Features.Queue;

namespace Nexus.Dashboard.Api;

/// <summary>The OpenAPI document at /openapi/v1.json.</summary>
internal static class OpenApi
{
    private const string Scheme = "apiKey";
    private const string Json = "application/json";

    // Their absence is told with all else that is wrong, so that their types say they may be absent.
    private static readonly Dictionary<Type, string[]> Needed = new() { [typeof(RequestBody)] = ["id", "owner", "resources"], [typeof(PoolBody)] = ["resources"] };

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
        options.AddOperationTransformer((operation, context, _) =>
        {
            Describe(operation, [.. context.Description.ActionDescriptor.EndpointMetadata.OfType<Asked>()]);
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            Describe(schema, context.JsonTypeInfo, context.JsonPropertyInfo is not null);
            return Task.CompletedTask;
        });
    });

    private static void Describe(OpenApiOperation operation, Asked[] asked)
    {
        operation.Parameters ??= [];
        foreach (Asked parameter in asked)
        {
            operation.Parameters.Add(new OpenApiParameter
            {
                In = parameter.In,
                Name = parameter.Name,
                Description = parameter.Description,
                Schema = new OpenApiSchema { Type = parameter.Type },
                Example = parameter.Type == JsonSchemaType.String ? JsonValue.Create(parameter.Example) : JsonNode.Parse(parameter.Example),
            });
        }

        if (operation.RequestBody?.Content?.TryGetValue(Json, out OpenApiMediaType? body) == true)
        {
            body.Example = Examples.Body(operation.OperationId);
        }

        foreach ((string status, IOpenApiResponse response) in operation.Responses ?? [])
        {
            if (response is OpenApiResponse { Content: null or { Count: 0 } } bare && status == "200")
            {
                // What is written as it is read from the journal has no type of its own.
                bare.Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal) { [Json] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.Object } } };
            }

            foreach (OpenApiMediaType answer in response.Content?.Values ?? [])
            {
                answer.Example = status[0] == '2' ? Examples.Answer(operation.OperationId) : Examples.Error(status);
            }
        }
    }

    private static void Describe(OpenApiSchema schema, JsonTypeInfo type, bool isProperty)
    {
        Type of = Nullable.GetUnderlyingType(type.Type) ?? type.Type;
        if (of == typeof(Amount) || of == typeof(Duration))
        {
            schema.Type = of == typeof(Amount) ? JsonSchemaType.Number : JsonSchemaType.String;
            schema.Properties = null;
            schema.Required = null;
            schema.Description = of == typeof(Amount) ? "An amount in the kind's unit, at most three decimals." : "ISO 8601, or a number of seconds.";
            schema.Examples = of == typeof(Amount) ? [1] : ["PT5M"];
        }
        else if (of == typeof(Dictionary<string, Amount>))
        {
            schema.AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Number, Description = "Amounts by kind." };
        }
        else if (of == typeof(Dictionary<string, SupplyBody>))
        {
            schema.AdditionalProperties = new OpenApiSchema
            {
                Description = "By kind: the capacity or ceiling, or of a metered kind its rate, period and burst.",
                OneOf =
                [
                    new OpenApiSchema { Type = JsonSchemaType.Number },
                    new OpenApiSchema
                    {
                        Type = JsonSchemaType.Object,
                        Required = new HashSet<string>(StringComparer.Ordinal) { "rate", "per" },
                        Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
                        {
                            ["rate"] = new OpenApiSchema { Type = JsonSchemaType.Number },
                            ["per"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "ISO 8601, or a number of seconds." },
                            ["burst"] = new OpenApiSchema { Type = JsonSchemaType.Number, Description = "The rate unless given." },
                        },
                    },
                ],
            };
        }

        // What is absent is left out, never null; and what may be absent is not required.
        if (isProperty && schema.Type is { } either)
        {
            schema.Type = either & ~JsonSchemaType.Null;
        }

        foreach (JsonPropertyInfo property in type.Kind == JsonTypeInfoKind.Object && schema.Required is not null ? type.Properties : [])
        {
            if (property.IsGetNullable)
            {
                schema.Required!.Remove(property.Name);
            }
        }

        if (Needed.TryGetValue(of, out string[]? needed))
        {
            schema.Required = needed.ToHashSet(StringComparer.Ordinal);
        }
    }

    // The door lets in whoever has a key or is signed in.
    public static void MapNexusOpenApi(this WebApplication app) => app.MapOpenApi().AllowAnonymous();
}
