package org.millrace.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tag paths and their numbers, in memory. A new number is given out at once and saved by the writer in the transaction
 * of the first entry that can use it, so that no durable entry ever has a number without a durable path.
 */
final class TagDictionary {
    record Tag(int number, String path) {}

    private final Map<String, Integer> numbers = new ConcurrentHashMap<>();
    private final Map<Integer, String> paths = new ConcurrentHashMap<>();
    private final List<Tag> unsaved = new ArrayList<>();
    private int highest;

    TagDictionary(List<Tag> saved) {
        for (Tag tag : saved) {
            numbers.put(tag.path(), tag.number());
            paths.put(tag.number(), tag.path());
            highest = Math.max(highest, tag.number());
        }
    }

    int number(String path) {
        Integer known = numbers.get(path);
        return known != null ? known : add(path);
    }

    String path(int number) {
        String path = paths.get(number);
        if (path == null) {
            throw new IllegalArgumentException("the journal knows no tag number " + number);
        }
        return path;
    }

    synchronized List<Tag> unsaved() {
        return List.copyOf(unsaved);
    }

    synchronized void saved(List<Tag> tags) {
        unsaved.subList(0, tags.size()).clear(); // a prefix: only the writer takes, others only add
    }

    private synchronized int add(String path) {
        Integer known = numbers.get(path);
        if (known != null) {
            return known;
        }
        highest++;
        paths.put(highest, path);
        unsaved.add(new Tag(highest, path));
        numbers.put(path, highest); // last: whoever sees the number can rely on the rest
        return highest;
    }
}
