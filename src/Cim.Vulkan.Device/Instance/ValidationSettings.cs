using Silk.NET.Vulkan;

namespace Cim.Vulkan.Device;

/// <summary>Switches synchronization validation on, through whichever extension the installed layer offers.</summary>
internal sealed unsafe class ValidationSettings
{
    private const string LayerSettings = "VK_EXT_layer_settings";
    private const string ValidationFeatures = "VK_EXT_validation_features";

    private ValidationSettings(string extension) => Extension = extension;

    public string Extension { get; }

    public static ValidationSettings Find(VulkanApi api)
    {
        if (!api.InstanceLayers().Contains(VulkanInstance.ValidationLayer))
        {
            throw new VulkanUnavailableException(
                $"Validation was asked for but {VulkanInstance.ValidationLayer} is not installed: `apt-get install vulkan-validationlayers`, or the Vulkan SDK.");
        }
        var extensions = api.InstanceExtensions(VulkanInstance.ValidationLayer);
        if (extensions.Contains(LayerSettings)) return new ValidationSettings(LayerSettings);
        if (extensions.Contains(ValidationFeatures)) return new ValidationSettings(ValidationFeatures);
        throw new VulkanUnavailableException("The installed validation layer is too old for synchronization validation: update vulkan-validationlayers.");
    }

    public Instance CreateInstance(VulkanApi api, InstanceCreateInfo info, DebugUtilsMessengerCreateInfoEXT* messenger)
    {
        using var text = new VulkanApi.StringArray(new[] { VulkanInstance.ValidationLayer, "validate_sync", "syncval_shader_accesses_heuristic" });
        var enable = ValidationFeatureEnableEXT.SynchronizationValidationExt;
        var on = Vk.True;
        var features = new ValidationFeaturesEXT
        {
            SType = StructureType.ValidationFeaturesExt,
            PNext = messenger,
            EnabledValidationFeatureCount = 1,
            PEnabledValidationFeatures = &enable,
        };
        // Without the second setting newer layers do not look at what shaders access at all.
        var switches = stackalloc LayerSettingEXT[2];
        for (var i = 0; i < 2; i++)
        {
            switches[i] = new LayerSettingEXT
            {
                PLayerName = text.Pointer[0],
                PSettingName = text.Pointer[1 + i],
                Type = LayerSettingTypeEXT.Bool32Ext,
                ValueCount = 1,
                PValues = &on,
            };
        }
        var settings = new LayerSettingsCreateInfoEXT
        {
            SType = StructureType.LayerSettingsCreateInfoExt,
            PNext = messenger,
            SettingCount = 2,
            PSettings = switches,
        };
        info.PNext = Extension == LayerSettings ? &settings : &features;
        return api.CreateInstance(info);
    }
}
