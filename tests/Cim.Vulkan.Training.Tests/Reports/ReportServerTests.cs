using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Reports;

/// <summary>The live page.</summary>
public sealed class ReportServerTests
{
    [Test]
    public async Task Shows_the_run_and_notices_what_is_new()
    {
        using var folder = new TemporaryFolder();
        string run = RunFolderBuilder.RevDet(folder);
        await Serve(run, async (browser, server) =>
        {
            string page = await browser.GetStringAsync("/"), before = await browser.GetStringAsync("/stamp");
            Assert.That(page, Does.Contain("RevDet pre-training: run").And.Contain("40 of 100 steps").And.Contain("fetch('/stamp'"));
            File.AppendAllText(Path.Combine(run, "metrics.jsonl"), """{"step":41,"auc":0.8}""" + "\n");
            Assert.That(await browser.GetStringAsync("/stamp"), Is.Not.EqualTo(before));
            Assert.That(await browser.GetStringAsync("/"), Does.Contain("41 of 100 steps"));
        });
    }

    [Test]
    public async Task Only_reads_only_its_page_and_only_under_its_own_name()
    {
        using var folder = new TemporaryFolder();
        await Serve(RunFolderBuilder.RevDet(folder), async (browser, server) =>
        {
            Assert.That((await browser.GetAsync("/run.json")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That((await browser.GetAsync("/../run.json")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That((await browser.PostAsync("/", new StringContent("x"))).StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
            using var request = new HttpRequestMessage(HttpMethod.Get, "/");
            request.Headers.Host = "somebody.example";
            Assert.That((await browser.SendAsync(request)).IsSuccessStatusCode, Is.False);
        });
    }

    [Test]
    public async Task Is_reached_from_this_machine_only()
    {
        using var folder = new TemporaryFolder();
        await Serve(RunFolderBuilder.RevDet(folder), (browser, server) =>
        {
            IPEndPoint[] listening = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Where(end => end.Port == new Uri(server.Address).Port).ToArray();
            Assert.That(listening, Is.Not.Empty);
            Assert.That(listening.Select(end => end.Address), Is.All.EqualTo(IPAddress.Loopback));
            return Task.CompletedTask;
        });
    }

    [Test]
    public void A_port_in_use_is_said_in_one_line()
    {
        using var folder = new TemporaryFolder();
        string run = RunFolderBuilder.RevDet(folder);
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        Assert.That(() => new ReportServer(run, port), Throws.TypeOf<OptionsException>().With.Message.Contain($"port {port}").And.Message.Contain("give another --port"));
        Assert.That(() => new ReportServer(run, 70000), Throws.TypeOf<OptionsException>().With.Message.Contain("--port 70000"));
        Assert.That(() => new ReportServer(folder.Path, port), Throws.TypeOf<OptionsException>().With.Message.Contain("holds no run"));
    }

    private static async Task Serve(string run, Func<HttpClient, ReportServer, Task> use)
    {
        using var server = new ReportServer(run, FreePort());
        using var cancellation = new CancellationTokenSource();
        Task serving = server.RunAsync(cancellation.Token);
        using var browser = new HttpClient { BaseAddress = new Uri(server.Address) };
        await use(browser, server);
        await cancellation.CancelAsync();
        Assert.That(await Task.WhenAny(serving, Task.Delay(TimeSpan.FromSeconds(20))), Is.SameAs(serving), "ends when cancelled");
        await serving;
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
