package org.millrace.ticket;

import java.text.MessageFormat;
import java.time.Duration;
import java.util.Locale;
import java.util.MissingResourceException;
import java.util.ResourceBundle;
import java.util.regex.Pattern;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.RuleFile;

/** Every word of a ticket in one language; a language without a bundle reads English. Immutable. */
public final class Words {
    private static final long MINUTE = 60;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    private static final Pattern ABBREVIATION = Pattern.compile("\\b(rms|rpm|oee|id)\\b");

    private final ResourceBundle bundle;
    private final Locale locale;

    public Words(Locale locale) {
        this.bundle = ResourceBundle.getBundle(
                "org.millrace.ticket.messages",
                locale,
                ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
        this.locale = locale;
    }

    public Locale locale() {
        return locale;
    }

    /** The message of a key with its places filled; texts are put in as they are. */
    public String say(String key, Object... values) {
        return new MessageFormat(bundle.getString(key), locale).format(values);
    }

    /**
     * The two largest units that matter: {@code 2 minutes 5 seconds}, {@code 1 hour 30 minutes}, {@code 3 days 4 hours}.
     * Rounded to the smaller unit shown, with carry (119.6 s is 2 minutes, 59 min 59.7 s is 1 hour).
     */
    public String duration(Duration duration) {
        long seconds = duration.plusMillis(500).toSeconds();
        if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
            return say("duration.zero");
        }
        if (seconds >= DAY - HOUR / 2 && roundTo(seconds, MINUTE) >= DAY) {
            seconds = roundTo(seconds, HOUR);
        } else if (seconds >= HOUR) {
            seconds = roundTo(seconds, MINUTE);
        }
        if (seconds >= DAY) {
            return two("duration.days", seconds / DAY, "duration.hours", seconds % DAY / HOUR);
        }
        if (seconds >= HOUR) {
            return two("duration.hours", seconds / HOUR, "duration.minutes", seconds % HOUR / MINUTE);
        }
        if (seconds >= MINUTE) {
            return two("duration.minutes", seconds / MINUTE, "duration.seconds", seconds % MINUTE);
        }
        return say("duration.seconds", seconds);
    }

    /** {@code VIB (vibration)}; an unknown code stays alone. */
    public String failureMode(String code) {
        try {
            return code + " (" + bundle.getString("failure." + code) + ", ISO 14224)";
        } catch (MissingResourceException e) {
            return code;
        }
    }

    /** The last step of a tag path as words: {@code vibration.velocity_rms → Vibration velocity RMS}. */
    String signal(String tag) {
        String name = tag.substring(tag.lastIndexOf('/') + 1).replaceAll("[._-]+", " ");
        String shouted =
                ABBREVIATION.matcher(name).replaceAll(found -> found.group().toUpperCase(Locale.ROOT));
        return shouted.isEmpty() ? tag : Character.toUpperCase(shouted.charAt(0)) + shouted.substring(1);
    }

    /** Order, product, shift and the like; a name of the plant's own as it is. */
    String contextField(String name) {
        return bundle.containsKey("context." + name) ? bundle.getString("context." + name) : name.replace('_', ' ');
    }

    String severity(RuleFile.Severity severity) {
        return bundle.getString("severity." + severity.name());
    }

    String state(AlarmEvent.Type type) {
        return bundle.getString("state." + type.name());
    }

    String step(AlarmEvent.Type type) {
        return bundle.getString("step." + type.name());
    }

    private String two(String large, long many, String small, long few) {
        return few == 0 ? say(large, many) : say(large, many) + " " + say(small, few);
    }

    private static long roundTo(long seconds, long unit) {
        return (seconds + unit / 2) / unit * unit;
    }
}
