using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Bench;

/// <summary>A kernel with the constants and the subgroup size that the chooser gave it: what a driver compiles once.</summary>
/// <param name="Call">What to compile.</param>
internal sealed record FarmVariant(KernelCall<PlanRange> Call)
{
    private readonly List<string> _users = [];

    /// <summary>The kernel's name.</summary>
    public string Kernel => Call.Kernel.Name;

    /// <summary>Every specialization constant as <c>NAME=value</c>, a float by its bits, then the subgroup size where one is required.</summary>
    public string Constants => Join(_ => true);

    /// <summary>The kernel with the constants that are not at their defaults.</summary>
    public string Key => $"{Kernel} {Join(i => Call.Specialization[i] != Call.Kernel.SpecializationConstants[i].DefaultBits)}".TrimEnd();

    /// <summary>The works that launch it, in their order.</summary>
    public IReadOnlyList<string> Users => _users;

    public void AddUser(string work)
    {
        if (!_users.Contains(work)) _users.Add(work);
    }

    private string Join(Func<int, bool> isTold)
    {
        IEnumerable<string> constants = Enumerable.Range(0, Call.Specialization.Length).Where(isTold)
            .Select(i => $"{Call.Kernel.SpecializationConstants[i].Name}={Call.Specialization[i]}");
        return string.Join(' ', Call.RequiredSubgroupSize > 0 ? constants.Append($"subgroup={Call.RequiredSubgroupSize}") : constants);
    }
}
