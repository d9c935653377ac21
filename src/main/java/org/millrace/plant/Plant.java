package org.millrace.plant;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** All assets and tags of one configuration version. Immutable. */
public final class Plant {
    private final Map<String, Asset> assets = new LinkedHashMap<>();
    private final Map<String, Tag> tags = new LinkedHashMap<>();

    public Plant(List<Asset> assets) {
        for (Asset asset : assets) {
            if (this.assets.put(asset.id(), asset) != null) {
                throw new IllegalArgumentException("two assets have the id " + asset.id());
            }
            for (Tag tag : asset.tags()) {
                if (tags.put(tag.path(), tag) != null) {
                    throw new IllegalArgumentException("two tags have the path " + tag.path());
                }
            }
        }
    }

    public List<Asset> assets() {
        return List.copyOf(assets.values());
    }

    public Optional<Asset> asset(String id) {
        return Optional.ofNullable(assets.get(id));
    }

    public List<Tag> tags() {
        return List.copyOf(tags.values());
    }

    public Optional<Tag> tag(String path) {
        return Optional.ofNullable(tags.get(path));
    }

    /** The tags whose readings come from one source, in file order. */
    public Stream<Tag> tagsOf(String source) {
        return tags.values().stream().filter(tag -> tag.origin().source().equals(source));
    }
}
