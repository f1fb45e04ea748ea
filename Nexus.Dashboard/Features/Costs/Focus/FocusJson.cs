using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Nexus.Dashboard.Features.Costs.Focus;

/// <summary>Key-value cells: a JSON object of texts, numbers and <c>true</c>.</summary>
internal static class FocusJson
{
    // The file is no page: letters stay what they are.
    private static readonly JsonWriterOptions Plainly = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The object of what has a value; null where nothing has one.</summary>
    public static string? Of(IEnumerable<(string Key, object? Value)> pairs)
    {
        ArrayBufferWriter<byte> bytes = new();
        using (Utf8JsonWriter json = new(bytes, Plainly))
        {
            bool any = false;
            foreach ((string key, object? value) in pairs)
            {
                if (value is null)
                {
                    continue;
                }

                if (!any)
                {
                    json.WriteStartObject();
                    any = true;
                }

                Write(json, key, value);
            }

            if (!any)
            {
                return null;
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, string key, object value)
    {
        switch (value)
        {
            case int number:
                json.WriteNumber(key, number);
                break;
            case bool flag:
                json.WriteBoolean(key, flag);
                break;
            default:
                json.WriteString(key, (string)value);
                break;
        }
    }
}
