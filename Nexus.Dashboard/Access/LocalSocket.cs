using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Nexus.Dashboard.Commands;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Access;

/// <summary>The socket by which commands reach the server that runs on a data directory. It is its user's alone (mode 0600), and whoever may open it is the local administrator.</summary>
/// <remarks><c>nexus.sock</c> in the directory. Where a socket cannot have that path, it lies in a folder of the run-time directory, and <c>DIR/socket</c> names it.</remarks>
/// <param name="Path">Where the socket is.</param>
internal sealed record LocalSocket(string Path)
{
    private const string Name = "nexus.sock";
    private const string Pointer = "socket";
    private const string FolderPrefix = "nexus-";

    // sockaddr_un holds 104 bytes on macOS and 108 on Linux, the closing zero included.
    private const int MaxPathBytes = 103;

    /// <summary>Who speaks over it.</summary>
    public static Caller Administrator { get; } = new(ActorKind.Local, Environment.UserName, OwnerPath.Root, Scope.Admin, null, "cli", null);

    /// <summary>The socket of a data directory where a server may listen; null where none ever has.</summary>
    public static LocalSocket? Find(DataDirectory data)
    {
        string pointer = System.IO.Path.Combine(data.Path, Pointer);
        string path = File.Exists(pointer) ? File.ReadAllText(pointer).Trim() : System.IO.Path.Combine(data.Path, Name);
        return File.Exists(path) ? new LocalSocket(path) : null;
    }

    /// <summary>Makes room for the socket of a server that starts.</summary>
    /// <exception cref="CommandException">Another server answers there: one directory has one writer.</exception>
    public static LocalSocket Prepare(DataDirectory data)
    {
        data.Create();
        if (Find(data) is { } old)
        {
            if (old.Answers())
            {
                throw CommandException.Failed($"A server already runs on {data.Path}: stop it, or choose another directory with --data.");
            }

            // Left behind by one that was killed.
            File.Delete(old.Path);
        }

        string pointer = System.IO.Path.Combine(data.Path, Pointer);
        string path = System.IO.Path.Combine(data.Path, Name);
        if (CanBeSocket(path))
        {
            File.Delete(pointer);
            return new LocalSocket(path);
        }

        path = System.IO.Path.Combine(RuntimeFolder(), Name);
        File.WriteAllText(pointer, path);
        return new LocalSocket(path);
    }

    /// <summary>True when a server listens.</summary>
    public bool Answers()
    {
        using Socket probe = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(Path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Lets the server listen on it beside its other addresses.</summary>
    public void ListenWith(WebApplicationBuilder builder)
    {
        builder.Services.Configure<SocketTransportOptions>(transport => transport.CreateBoundListenSocket = endpoint =>
        {
            Socket bound = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            if (endpoint is UnixDomainSocketEndPoint && endpoint.ToString() == Path && !OperatingSystem.IsWindows())
            {
                // Before it listens: there is no moment at which somebody else could connect.
                File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            return bound;
        });
        if (builder.Configuration.GetSection("Kestrel:Endpoints").GetChildren().Any())
        {
            // These win over all URLs, and are joined by what is listened on in code.
            builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.ListenUnixSocket(Path));
            return;
        }

        builder.WebHost.UseUrls(string.Join(';', [.. Addresses(builder.WebHost), $"http://unix:{Path}"]));
    }

    /// <summary>True for a request that came over this socket.</summary>
    public bool Carries(HttpContext http) =>
        http.Connection.RemoteIpAddress is null
        && http.Features.Get<IConnectionSocketFeature>()?.Socket.LocalEndPoint is UnixDomainSocketEndPoint local
        && local.ToString() == Path;

    /// <summary>Speaks HTTP over it.</summary>
    public HttpClient Connect() => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellation) =>
        {
            Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    })
    { BaseAddress = new Uri("http://localhost") };

    // As the host itself would choose them.
    private static string[] Addresses(IWebHostBuilder host)
    {
        if (host.GetSetting(WebHostDefaults.ServerUrlsKey) is { Length: > 0 } urls)
        {
            return urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        }

        return [.. Ports("http", WebHostDefaults.HttpPortsKey), .. Ports("https", WebHostDefaults.HttpsPortsKey)];

        IEnumerable<string> Ports(string scheme, string key) =>
            (host.GetSetting(key) ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(port => $"{scheme}://*:{port}");
    }

    // In an address ':' and ';' mean something else.
    private static bool CanBeSocket(string path) => Encoding.UTF8.GetByteCount(path) <= MaxPathBytes && path.IndexOfAny([':', ';']) < 0;

    private static string RuntimeFolder()
    {
        string? runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        if (OperatingSystem.IsWindows() || runtime is not { Length: > 0 } || !Directory.Exists(runtime))
        {
            return Directory.CreateTempSubdirectory(FolderPrefix).FullName;
        }

        string folder = System.IO.Path.Combine(runtime, FolderPrefix + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return folder;
    }
}
