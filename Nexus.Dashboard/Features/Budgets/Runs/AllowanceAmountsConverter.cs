using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Nexus.Dashboard.Api;

namespace Nexus.Dashboard.Features.Budgets.Runs;

/// <summary>Reads and writes them as one object.</summary>
internal sealed class AllowanceAmountsConverter : JsonConverter<AllowanceAmounts>
{
    private const string MoneyName = "money";

    public override AllowanceAmounts Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("must be an object such as {\"money\": {\"amount\": \"5\"}, \"llm.calls\": 100}");
        }

        MoneyBody? money = null;
        Dictionary<string, Amount> kinds = new(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            if (name == MoneyName ? money is not null : kinds.ContainsKey(name))
            {
                throw new JsonException($"'{name}' stands there twice");
            }

            if (name == MoneyName)
            {
                money = ReadMoney(ref reader);
            }
            else
            {
                kinds[name] = JsonSerializer.Deserialize(ref reader, ApiJson.Default.Amount);
            }
        }

        return new() { Money = money, Kinds = kinds };
    }

    public override void Write(Utf8JsonWriter writer, AllowanceAmounts value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        if (value.Money is not null)
        {
            writer.WritePropertyName(MoneyName);
            JsonSerializer.Serialize(writer, value.Money, ApiJson.Default.MoneyBody);
        }

        foreach ((string kind, Amount amount) in value.Kinds)
        {
            writer.WritePropertyName(kind);
            JsonSerializer.Serialize(writer, amount, ApiJson.Default.Amount);
        }

        writer.WriteEndObject();
    }

    // Beside the form that money has everywhere, a decimal text or number alone is understood: of the installation's currency.
    private static MoneyBody ReadMoney(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => new MoneyBody { Amount = reader.GetString() },
        JsonTokenType.Number => new MoneyBody { Amount = reader.TryGetDecimal(out decimal number) ? number.ToString(CultureInfo.InvariantCulture) : "" },
        _ => JsonSerializer.Deserialize(ref reader, ApiJson.Default.MoneyBody) ?? throw new JsonException("must be an amount such as {\"amount\": \"5\"}"),
    };
}
