package org.millrace.alarm;

import java.util.List;
import java.util.Optional;
import org.millrace.plant.Asset;

/** What alarms of several assets can have in common: the steps of the ISA-95 path, the class, numbers of the CMMS. */
final class AssetFields {
    static final List<String> KNOWN = List.of("asset", "line", "area", "site", "enterprise", "class");

    private static final String CMMS = "cmms.";
    private static final List<String> STEPS = List.of("enterprise", "site", "area", "line");

    private AssetFields() {}

    static boolean isKnown(String field) {
        return KNOWN.contains(field) || field.startsWith(CMMS) && field.length() > CMMS.length();
    }

    /** Empty when the asset has none. Steps are whole paths: line 1 of one hall is not line 1 of another. */
    static Optional<String> of(Asset asset, String field) {
        if (field.startsWith(CMMS)) {
            return Optional.ofNullable(asset.cmms().get(field.substring(CMMS.length())))
                    .filter(value -> !value.isBlank());
        }
        return switch (field) {
            case "asset" -> Optional.of(asset.id());
            case "class" -> Optional.of(asset.type()).filter(type -> !type.isBlank());
            default -> step(asset.path(), STEPS.indexOf(field));
        };
    }

    /** The last step of a path is the asset itself. */
    private static Optional<String> step(String path, int index) {
        String[] steps = path.split("/");
        return index < 0 || index >= steps.length - 1
                ? Optional.empty()
                : Optional.of(String.join("/", List.of(steps).subList(0, index + 1)));
    }

    /** The area, or the widest part above the asset that there is. */
    static String area(Asset asset, String field) {
        return of(asset, field).orElseGet(() -> {
            int slash = asset.path().lastIndexOf('/');
            return slash < 0 ? asset.path() : asset.path().substring(0, slash);
        });
    }
}
