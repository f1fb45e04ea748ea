using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Nexus.Bench.Viewers;

/// <summary>The whole page without a browser: loads the document, opens its Blazor circuit as <c>blazor.web.js</c> does, acknowledges every rendering, and lets the page's chart subscribe to the hub.</summary>
/// <remarks>JavaScript that the page calls is answered with nothing, or with a reference where it asks for one. What is rendered is counted, not drawn.</remarks>
internal sealed partial class PageViewer : Viewer
{
    private readonly HubConnection _circuit;
    private readonly TaskCompletionSource _shown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Viewer? _chart;
    private int _seen;
    private int _references;

    private PageViewer(Uri server, CookieContainer session)
    {
        _circuit = Connect(new Uri(server, "/_blazor"), session, new BlazorPack());
        _circuit.On<long, byte[]>("JS.RenderBatch", RenderedAsync);
        _circuit.On("JS.BeginInvokeJS", [typeof(long), typeof(string), typeof(string), typeof(int), typeof(long), typeof(int)], CalledAsync);
        _circuit.On<string>("JS.Error", error => _shown.TrySetException(new InvalidOperationException($"the circuit broke: {error}")));
    }

    public override long Bytes => base.Bytes + (_chart?.Bytes ?? 0);

    public override int Seen => Volatile.Read(ref _seen);

    public static async Task<Viewer> OpenAsync(Uri server, CookieContainer session)
    {
        PageViewer viewer = new(server, session);
        using HttpClient http = new(new SocketsHttpHandler { CookieContainer = session });
        string document = await http.GetStringAsync(server);
        string state = State().Match(document).Groups["state"].Value;
        string[] markers = [.. Marker().Matches(document).Select(m => m.Groups["marker"].Value).Where(m => m.Contains("\"descriptor\"", StringComparison.Ordinal))];
        await viewer._circuit.StartAsync();
        await viewer._circuit.InvokeAsync<string>("StartCircuit", server.ToString(), server.ToString(), "[]", state);
        string operations = string.Join(',', markers.Select((marker, i) => $$"""{"type":"add","ssrComponentId":{{i + 1}},"marker":{{marker}}}"""));
        await viewer._circuit.SendAsync("UpdateRootComponents", $$"""{"batchId":1,"operations":[{{operations}}]}""", state);
        await viewer._shown.Task.WaitAsync(TimeSpan.FromSeconds(30));
        viewer._chart = await HubViewer.OpenAsync(server, session);
        return viewer;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_chart is not null)
        {
            await _chart.DisposeAsync();
        }

        await _circuit.DisposeAsync();
    }

    private async Task RenderedAsync(long batch, byte[] changes)
    {
        Interlocked.Increment(ref _seen);
        if (changes.AsSpan().IndexOf("Demand and capacity"u8) >= 0)
        {
            _shown.TrySetResult();
        }

        await _circuit.SendAsync("OnRenderCompleted", batch, null);
    }

    private async Task CalledAsync(object?[] call)
    {
        const int Reference = 1;
        (long handle, int resultType) = ((long)call[0]!, (int)call[3]!);
        string result = resultType == Reference ? $$"""{"__jsObjectId":{{Interlocked.Increment(ref _references)}}}""" : "null";
        if (handle != 0)
        {
            await _circuit.SendAsync("EndInvokeJSFromDotNet", handle, true, $"[{handle},true,{result}]");
        }
    }

    [GeneratedRegex("<!--Blazor:(?<marker>\\{.*?\\})-->", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Marker();

    [GeneratedRegex("<!--Blazor-Server-Component-State:(?<state>[^>]*?)-->", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex State();

    /// <summary>Blazor's own name for MessagePack messages of plain values.</summary>
    private sealed class BlazorPack : IHubProtocol
    {
        private readonly MessagePackHubProtocol _inner = new();

        public string Name => "blazorpack";

        public int Version => 1;

        public TransferFormat TransferFormat => TransferFormat.Binary;

        public bool IsVersionSupported(int version) => version == Version;

        public bool TryParseMessage(ref ReadOnlySequence<byte> input, IInvocationBinder binder, [NotNullWhen(true)] out HubMessage? message) => _inner.TryParseMessage(ref input, binder, out message);

        public void WriteMessage(HubMessage message, IBufferWriter<byte> output) => _inner.WriteMessage(message, output);

        public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message) => _inner.GetMessageBytes(message);
    }
}
