using System.Buffers;
using System.Text.Json;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Storage.Ledgers;

/// <summary>Writes labels as <see cref="LabelText"/> does, into the same bytes again and again: of what is reported together, line after line bears the same.</summary>
internal sealed class LabelWriter : IDisposable
{
    private readonly ArrayBufferWriter<byte> _text = new();
    private readonly Utf8JsonWriter _json;
    private Labels _last = Labels.None;

    public LabelWriter() => _json = new Utf8JsonWriter(_text);

    /// <summary>The text of some labels, until the next is asked for; empty where there are none.</summary>
    public ReadOnlySpan<byte> Of(Labels labels)
    {
        if (labels.Count == 0)
        {
            return default;
        }

        if (!labels.Equals(_last))
        {
            _text.ResetWrittenCount();
            _json.Reset();
            LabelText.Write(_json, labels);
            _json.Flush();
            _last = labels;
        }

        return _text.WrittenSpan;
    }

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();
}
