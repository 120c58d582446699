using System;

namespace Cim.Vulkan.Device;

/// <summary>Which earlier work must be finished and visible before which later work; kinds may be combined.</summary>
[Flags]
public enum BarrierKind
{
    /// <summary>No dependency.</summary>
    None = 0,

    /// <summary>Dispatches before dispatches.</summary>
    ComputeToCompute = 1,

    /// <summary>Dispatches before copies and fills.</summary>
    ComputeToTransfer = 2,

    /// <summary>Dispatches before the host's reads.</summary>
    ComputeToHost = 4,

    /// <summary>Copies and fills before dispatches.</summary>
    TransferToCompute = 8,

    /// <summary>Copies and fills before copies and fills.</summary>
    TransferToTransfer = 16,

    /// <summary>Copies and fills before the host's reads.</summary>
    TransferToHost = 32,

    /// <summary>The host's writes before dispatches; only needed when the host writes after the submit.</summary>
    HostToCompute = 64,

    /// <summary>The host's writes before copies; only needed when the host writes after the submit.</summary>
    HostToTransfer = 128,

    /// <summary>All earlier dispatches, copies and fills before all later ones.</summary>
    Device = ComputeToCompute | ComputeToTransfer | TransferToCompute | TransferToTransfer,
}
