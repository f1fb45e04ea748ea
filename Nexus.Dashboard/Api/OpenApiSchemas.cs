using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Nexus.Dashboard.Features.Budgets.Runs;
using Nexus.Dashboard.Features.Pools;
using Nexus.Dashboard.Features.Queue;
using Nexus.Dashboard.Features.Quotas;
using Nexus.Dashboard.Features.Simulator;

namespace Nexus.Dashboard.Api;

/// <summary>Says of the shapes what reflection cannot see: amounts, durations, what a pool supplies, what must be given.</summary>
internal static class OpenApiSchemas
{
    private static readonly Dictionary<Type, string[]> Required = new()
    {
        [typeof(RequestBody)] = ["id", "owner"],
        [typeof(PoolBody)] = ["resources"],
        [typeof(ReservationBody)] = ["owner", "pool", "resources", "start", "end"],
        [typeof(QuotaCheckBody)] = ["owner", "resources"],
        [typeof(SimulationBody)] = ["variants"],
        [typeof(AllowanceBody)] = ["id", "owner"],
        [typeof(VariantBody)] = ["name"],
    };

    public static Task DescribeAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellation)
    {
        Type type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        if (type == typeof(Amount))
        {
            Become(schema, Amount());
        }
        else if (type == typeof(Duration))
        {
            Become(schema, Duration());
        }
        else if (type == typeof(AllowanceAmounts))
        {
            Become(schema, AllowanceLimits());
        }
        else if (type == typeof(SupplyBody))
        {
            Become(schema, Supply());
        }
        else if (type == typeof(BorrowBody))
        {
            Become(schema, Bound("How far above its limit it may go", "unlimited"));
        }
        else if (type == typeof(LendBody))
        {
            Become(schema, Bound("How much of what it has others may use", "all"));
        }
        else if (type.IsEnum)
        {
            schema.Type = JsonSchemaType.String;
            schema.Format = null;
            schema.Enum = [.. Enum.GetNames(type).Select(name => JsonValue.Create(JsonNamingPolicy.CamelCase.ConvertName(name)))];
        }
        else if (type == typeof(Dictionary<string, Amount>))
        {
            schema.AdditionalProperties = Amount();
        }
        else if (type == typeof(Dictionary<string, SupplyBody>))
        {
            schema.AdditionalProperties = Supply();
        }

        return Task.CompletedTask;
    }

    /// <summary>Says which fields a body needs whose checks, not its type, ask for them.</summary>
    public static void RequireWhatIsChecked(OpenApiDocument document)
    {
        foreach ((Type type, string[] fields) in Required)
        {
            if (document.Components?.Schemas?[type.Name] is OpenApiSchema schema)
            {
                schema.Required = new HashSet<string>(fields, StringComparer.Ordinal);
            }
        }
    }

    /// <summary>What is absent is left out of answers and need not be sent: no property is ever null.</summary>
    public static void LeaveOutNull(OpenApiDocument document)
    {
        foreach (OpenApiSchema schema in document.Components?.Schemas?.Values.OfType<OpenApiSchema>() ?? [])
        {
            foreach (string name in schema.Properties?.Keys.ToArray() ?? [])
            {
                IOpenApiSchema property = schema.Properties![name];
                if (property is OpenApiSchema { OneOf: { Count: 2 } either } && either.Any(IsNull))
                {
                    schema.Properties[name] = either.First(e => !IsNull(e));
                    schema.Required?.Remove(name);
                }
                else if (property is OpenApiSchema { Type: { } type } plain && type.HasFlag(JsonSchemaType.Null))
                {
                    plain.Type = type & ~JsonSchemaType.Null;
                    schema.Required?.Remove(name);
                }
            }
        }
    }

    private static bool IsNull(IOpenApiSchema schema) => schema.Type == JsonSchemaType.Null;

    private static OpenApiSchema Amount() => new() { Type = JsonSchemaType.Number, Description = "An amount in the kind's unit, at most three decimals.", Examples = [1] };

    private static OpenApiSchema Duration() => new() { Type = JsonSchemaType.String, Description = "ISO 8601, or a number of seconds.", Examples = ["PT5M"] };

    private static OpenApiSchema Bound(string meaning, string unbounded) => new()
    {
        Description = $"{meaning}: an amount, or \"{unbounded}\".",
        OneOf = [Amount(), new OpenApiSchema { Type = JsonSchemaType.String, Enum = [JsonValue.Create(unbounded)] }],
    };

    private static OpenApiSchema AllowanceLimits() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "Money under 'money', and amounts of kinds under their names.",
        AdditionalProperties = new OpenApiSchema
        {
            OneOf =
            [
                Amount(),
                new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Description = "An amount of money.",
                    Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal) { ["amount"] = new OpenApiSchema { Type = JsonSchemaType.String }, ["currency"] = new OpenApiSchema { Type = JsonSchemaType.String } },
                },
            ],
        },
    };

    private static OpenApiSchema Supply() => new()
    {
        Description = "An amount; of a metered kind a bucket.",
        OneOf =
        [
            Amount(),
            new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = "A bucket that refills continuously.",
                Required = new HashSet<string>(StringComparer.Ordinal) { "rate", "per" },
                Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
                {
                    ["rate"] = Amount(), ["per"] = Duration(), ["burst"] = Amount(),
                },
            },
        ],
    };

    private static void Become(OpenApiSchema schema, OpenApiSchema wanted)
    {
        schema.Type = wanted.Type;
        schema.Description = wanted.Description;
        schema.Examples = wanted.Examples;
        schema.OneOf = wanted.OneOf;
        schema.Properties = null;
        schema.AdditionalProperties = wanted.AdditionalProperties;
        schema.Required = null;
    }
}
