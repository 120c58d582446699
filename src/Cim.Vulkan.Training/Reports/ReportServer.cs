using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Cim.Vulkan.Training;

/// <summary>Serves a run's page to this machine's browsers and to nobody else; it reads the folder only and does not disturb who trains into it.</summary>
public sealed class ReportServer : IDisposable
{
    private const string Policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'";

    private readonly string _folder;
    private readonly string _host;
    private readonly HttpListener _listener = new();
    private string _stamp = "";
    private byte[] _page = [];

    /// <summary>Takes a run's folder and a port on the loopback address.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="port">From 1 to 65535.</param>
    /// <exception cref="OptionsException">The folder holds no run, or the port is not free.</exception>
    public ReportServer(string folder, int port)
    {
        if (port is < 1 or > IPEndPoint.MaxPort) throw new OptionsException($"--port {port} is no port: give one from 1024 to {IPEndPoint.MaxPort}");
        _folder = folder;
        _host = $"{IPAddress.Loopback}:{port}";
        _ = RunReportReader.Read(folder);
        _listener.Prefixes.Add($"{Address}/");
        try
        {
            _listener.Start();
        }
        catch (Exception error) when (error is HttpListenerException or System.Net.Sockets.SocketException)
        {
            throw new OptionsException($"cannot serve at port {port}: {error.Message.TrimEnd('.')}; give another --port");
        }
    }

    /// <summary>Where the page is.</summary>
    public string Address => $"http://{_host}";

    /// <summary>Answers until cancelled.</summary>
    /// <param name="cancellation">Ends it.</param>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using CancellationTokenRegistration stop = cancellation.Register(_listener.Stop);
        while (!cancellation.IsCancellationRequested)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException or InvalidOperationException && cancellation.IsCancellationRequested)
            {
                return;
            }
            Answer(context);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => ((IDisposable)_listener).Dispose();

    private void Answer(HttpListenerContext context)
    {
        try
        {
            (int status, string type, byte[] body) = AnswerTo(context.Request);
            HttpListenerResponse response = context.Response;
            response.StatusCode = status;
            response.ContentType = $"{type}; charset=utf-8";
            response.Headers["Content-Security-Policy"] = Policy;
            response.Headers["Cache-Control"] = "no-store";
            response.Headers["X-Content-Type-Options"] = "nosniff";
            response.ContentLength64 = body.Length;
            if (context.Request.HttpMethod != "HEAD") response.OutputStream.Write(body);
            response.Close();
        }
        catch (Exception error) when (error is HttpListenerException or IOException or InvalidOperationException)
        {
            // The browser went away in the middle; it will ask again.
            context.Response.Abort();
        }
    }

    private (int Status, string Type, byte[] Body) AnswerTo(HttpListenerRequest request)
    {
        // A page of another site that a browser was led to under this address has another host name.
        if (request.UserHostName != _host) return Text(403, "this page is for this machine only");
        if (request.HttpMethod is not ("GET" or "HEAD")) return Text(405, "this page can only be read");
        return request.Url?.AbsolutePath switch
        {
            "/" => Page(),
            "/stamp" => Text(200, Stamp()),
            _ => Text(404, "there is only one page, at /"),
        };
    }

    private (int Status, string Type, byte[] Body) Page()
    {
        try
        {
            string stamp = Stamp();
            if (stamp != _stamp) (_page, _stamp) = (Encoding.UTF8.GetBytes(ReportPage.RenderLive(RunReportReader.Read(_folder))), stamp);
            return (200, "text/html", _page);
        }
        catch (Exception error) when (error is OptionsException or IOException or UnauthorizedAccessException)
        {
            return Text(503, $"the run cannot be read just now: {error.Message}");
        }
    }

    // Changes whenever something that the page shows does.
    private string Stamp()
    {
        var folder = new DirectoryInfo(_folder);
        if (!folder.Exists) return "gone";
        FileInfo[] files = [.. folder.GetFiles("*.json*"), .. new DirectoryInfo(Path.Combine(_folder, "grids")) is { Exists: true } grids ? grids.GetFiles() : []];
        // Ten seconds after the last line a run may have become a stopped one; the minute is enough to see that.
        return $"{files.Sum(file => file.Length)}-{files.Length}-{files.Select(file => file.LastWriteTimeUtc.Ticks).DefaultIfEmpty().Max()}-{DateTime.UtcNow:HHmm}";
    }

    private static (int Status, string Type, byte[] Body) Text(int status, string text) => (status, "text/plain", Encoding.UTF8.GetBytes(text));
}
