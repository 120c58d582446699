using Cim.Vulkan.Cli;

return await CimCommandLine.RunAsync(args);
