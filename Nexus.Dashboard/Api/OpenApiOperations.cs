using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Nexus.Dashboard.Api;

/// <summary>Completes each operation of the OpenAPI document: its tag, the parameters that it reads by itself, and an example of everything that is sent and answered.</summary>
internal static class OpenApiOperations
{
    private static readonly string[] OfEveryBody = ["malformed-json", "unknown-field", "missing-field"];

    public static Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        IList<object> metadata = context.Description.ActionDescriptor.EndpointMetadata;
        operation.Tags = new HashSet<OpenApiTagReference> { new(Tag(context.Description.RelativePath!), context.Document) };
        foreach (CallParameter parameter in metadata.OfType<CallParameter>())
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = parameter.Name,
                In = parameter.IsHeader ? ParameterLocation.Header : ParameterLocation.Query,
                Description = parameter.Meaning,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                Example = parameter.Example.Length == 0 ? null : JsonValue.Create(parameter.Example),
            });
        }

        bool takesBody = operation.RequestBody is not null;
        foreach ((string type, OpenApiMediaType body) in operation.RequestBody?.Content ?? new Dictionary<string, OpenApiMediaType>())
        {
            // A file is sent as it is: no example of what its fields would be as JSON.
            bool isJson = type == "application/json";
            (body.Schema, body.Examples) = (isJson ? body.Schema : new OpenApiSchema { Type = JsonSchemaType.String }, isJson ? Named(Examples.Of(operation.OperationId, Examples.Body)) : null);
        }

        string[] problems = [.. metadata.OfType<ProblemTypes>().SelectMany(p => p.Types), .. takesBody ? OfEveryBody : []];
        foreach ((string status, IOpenApiResponse response) in operation.Responses ?? [])
        {
            foreach ((string type, OpenApiMediaType media) in response.Content ?? new Dictionary<string, OpenApiMediaType>())
            {
                media.Examples = Named(type == "application/problem+json"
                    ? Examples.Problems(int.Parse(status, CultureInfo.InvariantCulture), problems).Select(p => KeyValuePair.Create((string)p["type"]!, (JsonNode?)p))
                    : Examples.Of(operation.OperationId, status));
            }
        }

        return Task.CompletedTask;
    }

    // The first word after /api/v1: what a call is about.
    private static string Tag(string path)
    {
        string word = path.Split('/')[2].Split(':')[0];
        return char.ToUpperInvariant(word[0]) + word[1..];
    }

    private static Dictionary<string, IOpenApiExample> Named(IEnumerable<KeyValuePair<string, JsonNode?>> examples) =>
        examples.ToDictionary(e => e.Key, e => (IOpenApiExample)new OpenApiExample { Summary = e.Key, Value = e.Value!.DeepClone() }, StringComparer.Ordinal);
}
