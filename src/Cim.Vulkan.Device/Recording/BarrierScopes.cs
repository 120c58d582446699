using Silk.NET.Vulkan;

namespace Cim.Vulkan.Device;

/// <summary>Stages and accesses of a barrier. The source side needs only writes: a read is made safe by the execution order alone.</summary>
internal readonly record struct BarrierScopes(PipelineStageFlags From, PipelineStageFlags To, AccessFlags Written, AccessFlags Used)
{
    private const BarrierKind FromCompute = BarrierKind.ComputeToCompute | BarrierKind.ComputeToTransfer | BarrierKind.ComputeToHost;
    private const BarrierKind FromTransfer = BarrierKind.TransferToCompute | BarrierKind.TransferToTransfer | BarrierKind.TransferToHost;
    private const BarrierKind FromHost = BarrierKind.HostToCompute | BarrierKind.HostToTransfer;
    private const BarrierKind ToCompute = BarrierKind.ComputeToCompute | BarrierKind.TransferToCompute | BarrierKind.HostToCompute;
    private const BarrierKind ToTransfer = BarrierKind.ComputeToTransfer | BarrierKind.TransferToTransfer | BarrierKind.HostToTransfer;
    private const BarrierKind ToHost = BarrierKind.ComputeToHost | BarrierKind.TransferToHost;

    public static BarrierScopes Of(BarrierKind kind)
    {
        PipelineStageFlags from = 0, to = 0;
        AccessFlags written = 0, used = 0;
        if ((kind & FromCompute) != 0) (from, written) = (from | PipelineStageFlags.ComputeShaderBit, written | AccessFlags.ShaderWriteBit);
        if ((kind & FromTransfer) != 0) (from, written) = (from | PipelineStageFlags.TransferBit, written | AccessFlags.TransferWriteBit);
        if ((kind & FromHost) != 0) (from, written) = (from | PipelineStageFlags.HostBit, written | AccessFlags.HostWriteBit);
        if ((kind & ToCompute) != 0) (to, used) = (to | PipelineStageFlags.ComputeShaderBit, used | AccessFlags.ShaderReadBit | AccessFlags.ShaderWriteBit);
        if ((kind & ToTransfer) != 0) (to, used) = (to | PipelineStageFlags.TransferBit, used | AccessFlags.TransferReadBit | AccessFlags.TransferWriteBit);
        if ((kind & ToHost) != 0) (to, used) = (to | PipelineStageFlags.HostBit, used | AccessFlags.HostReadBit);
        return new BarrierScopes(from, to, written, used);
    }
}
