using System;
using Cim.Vulkan.KernelCompiler;

return KernelCompilerCommand.Run(args, Console.Out, Console.Error);
