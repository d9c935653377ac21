package org.millrace.register;

import java.util.ArrayList;
import java.util.List;

/** What changes between two texts, as {@code diff -u} shows it. */
public final class UnifiedDiff {
    private static final int CONTEXT = 3;

    private record Line(char sign, String text) {}

    private UnifiedDiff() {}

    /** @param before empty for a new file; @return no lines when the texts are equal */
    public static List<String> of(String name, String before, String after) {
        if (before.equals(after)) {
            return List.of();
        }
        List<Line> lines = lines(before.lines().toList(), after.lines().toList());
        List<String> out = new ArrayList<>();
        out.add(before.isEmpty() ? "--- /dev/null" : "--- a/" + name);
        out.add("+++ b/" + name);
        int at = 0;
        while (at < lines.size()) {
            int first = nextChange(lines, at);
            if (first == lines.size()) {
                break;
            }
            int begin = Math.max(at, first - CONTEXT);
            int end = first;
            for (int next = first;
                    next < lines.size() && next - end <= 2 * CONTEXT;
                    next = nextChange(lines, next + 1)) {
                end = next + 1;
            }
            end = Math.min(lines.size(), end + CONTEXT);
            hunk(lines, begin, end, out);
            at = end;
        }
        return out;
    }

    private static void hunk(List<Line> lines, int begin, int end, List<String> out) {
        int old = 0;
        int now = 0;
        for (Line line : lines.subList(0, begin)) {
            old += line.sign() == '+' ? 0 : 1;
            now += line.sign() == '-' ? 0 : 1;
        }
        List<Line> shown = lines.subList(begin, end);
        long removed = shown.stream().filter(line -> line.sign() != '+').count();
        long added = shown.stream().filter(line -> line.sign() != '-').count();
        out.add("@@ -" + (removed == 0 ? old : old + 1) + "," + removed + " +" + (added == 0 ? now : now + 1) + ","
                + added + " @@");
        shown.forEach(line -> out.add(line.sign() + line.text()));
    }

    private static int nextChange(List<Line> lines, int from) {
        int at = from;
        while (at < lines.size() && lines.get(at).sign() == ' ') {
            at++;
        }
        return at;
    }

    /** By the longest common subsequence of what lies between the equal begin and the equal end. */
    private static List<Line> lines(List<String> before, List<String> after) {
        int head = 0;
        while (head < Math.min(before.size(), after.size()) && before.get(head).equals(after.get(head))) {
            head++;
        }
        int tail = 0;
        while (tail < Math.min(before.size(), after.size()) - head
                && before.get(before.size() - 1 - tail).equals(after.get(after.size() - 1 - tail))) {
            tail++;
        }
        List<Line> lines = new ArrayList<>();
        before.subList(0, head).forEach(text -> lines.add(new Line(' ', text)));
        middle(before.subList(head, before.size() - tail), after.subList(head, after.size() - tail), lines);
        before.subList(before.size() - tail, before.size()).forEach(text -> lines.add(new Line(' ', text)));
        return lines;
    }

    private static void middle(List<String> before, List<String> after, List<Line> lines) {
        int[][] common = new int[before.size() + 1][after.size() + 1];
        for (int i = before.size() - 1; i >= 0; i--) {
            for (int j = after.size() - 1; j >= 0; j--) {
                common[i][j] = before.get(i).equals(after.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        int i = 0;
        int j = 0;
        while (i < before.size() || j < after.size()) {
            if (i < before.size() && j < after.size() && before.get(i).equals(after.get(j))) {
                lines.add(new Line(' ', before.get(i)));
                i++;
                j++;
            } else if (i < before.size() && (j == after.size() || common[i + 1][j] >= common[i][j + 1])) {
                lines.add(new Line('-', before.get(i++)));
            } else {
                lines.add(new Line('+', after.get(j++)));
            }
        }
    }
}
