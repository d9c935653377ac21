package org.millrace.kpi;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.millrace.config.DidYouMean;
import org.millrace.config.Position;
import org.millrace.config.Positions;
import org.millrace.config.Problem;
import org.millrace.plant.Asset;
import org.millrace.plant.Plant;
import org.millrace.plant.Tag;

/** Checks OEE files and shift calendars against the plant and binds them, or says what is wrong and where. */
public final class OeeCompiler {
    /** @param specs those without error */
    public record Compiled(List<OeeSpec> specs, List<Problem> problems) {}

    private final Plant plant;
    private final Positions positions;
    private final List<Problem> problems = new ArrayList<>();

    private OeeCompiler(Plant plant, Positions positions) {
        this.plant = plant;
        this.positions = positions;
    }

    /** @param site time zone of machines without a calendar */
    public static Compiled compile(
            Plant plant, List<OeeFile> files, List<ShiftCalendarFile> calendars, ZoneId site, Positions positions) {
        OeeCompiler compiler = new OeeCompiler(plant, positions);
        Map<String, ShiftCalendar> known = new HashMap<>();
        Set<String> named = new HashSet<>();
        for (ShiftCalendarFile file : calendars) {
            if (!named.add(file.id())) {
                compiler.error(file, "id", "two shift calendars have the id '" + file.id() + "'", "give each its own");
            }
            compiler.calendar(file).ifPresent(calendar -> known.putIfAbsent(file.id(), calendar));
        }
        List<OeeSpec> specs = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (OeeFile file : files) {
            if (!ids.add(file.id())) {
                compiler.error(file, "id", "two OEE documents have the id '" + file.id() + "'", "give each its own");
            }
            compiler.spec(file, known, named, site).ifPresent(specs::add);
        }
        return new Compiled(List.copyOf(specs), List.copyOf(compiler.problems));
    }

    private void error(Record file, String key, String message, String hint) {
        problems.add(positions.of(file, key).error(message, hint));
    }

    private Optional<ShiftCalendar> calendar(ShiftCalendarFile file) {
        int before = problems.size();
        ZoneId zone = zone(file);
        Set<LocalDate> holidays = new HashSet<>();
        for (int i = 0; i < file.holidays().size(); i++) {
            try {
                holidays.add(LocalDate.parse(file.holidays().get(i)));
            } catch (DateTimeException e) {
                error(
                        file,
                        "holidays." + i,
                        "'" + file.holidays().get(i) + "' is not a date",
                        "write e.g. \"2026-12-25\"");
            }
        }
        List<ShiftCalendar.Pattern> patterns = new ArrayList<>();
        for (ShiftCalendarFile.ShiftFile shift : file.shifts()) {
            pattern(shift).ifPresent(patterns::add);
        }
        if (file.shifts().isEmpty()) {
            error(
                    file,
                    "shifts",
                    "there is no shift",
                    "write e.g. - { name: early, days: [mon], from: \"06:00\", to: \"14:00\" }");
        }
        if (problems.size() > before) {
            return Optional.empty();
        }
        ShiftCalendar calendar = new ShiftCalendar(zone, patterns, holidays);
        overlap(calendar).ifPresent(message -> error(file, "shifts", message, "a moment belongs to one shift"));
        return problems.size() > before ? Optional.empty() : Optional.of(calendar);
    }

    private ZoneId zone(ShiftCalendarFile file) {
        try {
            return ZoneId.of(file.timeZone());
        } catch (DateTimeException e) {
            error(
                    file,
                    "time_zone",
                    "'" + file.timeZone() + "' is not a time zone",
                    "write an IANA name such as Europe/Paris");
            return ZoneId.of("UTC");
        }
    }

    private Optional<ShiftCalendar.Pattern> pattern(ShiftCalendarFile.ShiftFile shift) {
        int before = problems.size();
        LocalTime from = time(shift, "from", shift.from());
        LocalTime to = time(shift, "to", shift.to());
        List<ShiftCalendar.Pause> breaks = new ArrayList<>();
        for (ShiftCalendarFile.BreakFile pause : shift.breaks()) {
            breaks.add(new ShiftCalendar.Pause(time(pause, "from", pause.from()), time(pause, "to", pause.to())));
        }
        if (shift.days().isEmpty()) {
            error(shift, "days", "the shift has no day", "write e.g. [mon, tue, wed, thu, fri]");
        }
        Set<DayOfWeek> days = new HashSet<>();
        shift.days().forEach(day -> days.add(DayOfWeek.of(day.ordinal() + 1)));
        return problems.size() > before
                ? Optional.empty()
                : Optional.of(new ShiftCalendar.Pattern(shift.name(), days, from, to, breaks));
    }

    private LocalTime time(Record file, String key, String text) {
        try {
            return LocalTime.parse(text);
        } catch (DateTimeException e) {
            error(file, key, "'" + text + "' is not a time of day", "write e.g. \"06:00\"");
            return LocalTime.MIDNIGHT;
        }
    }

    /** Looked at over one ordinary week. */
    private static Optional<String> overlap(ShiftCalendar calendar) {
        long week = 7 * 86_400_000_000L;
        long monday = 4 * 86_400_000_000L + 52 * 30 * week;
        List<ShiftCalendar.Shift> shifts = calendar.shifts(monday, monday + 2 * week);
        for (int i = 1; i < shifts.size(); i++) {
            if (shifts.get(i).time().from() < shifts.get(i - 1).time().to()) {
                return Optional.of("the shifts " + shifts.get(i - 1).name() + " and "
                        + shifts.get(i).name() + " overlap on "
                        + shifts.get(i).day().getDayOfWeek());
            }
        }
        return Optional.empty();
    }

    private Optional<OeeSpec> spec(OeeFile file, Map<String, ShiftCalendar> calendars, Set<String> named, ZoneId site) {
        int before = problems.size();
        if (!file.id().matches("[A-Za-z0-9][A-Za-z0-9_-]*")) {
            error(file, "id", "'" + file.id() + "' cannot be part of a tag", "use letters, digits, _ -");
        }
        Optional<Asset> asset = plant.asset(file.asset());
        if (asset.isEmpty()) {
            List<String> ids = plant.assets().stream().map(Asset::id).toList();
            error(file, "asset", "there is no asset '" + file.asset() + "'", DidYouMean.hint(file.asset(), ids));
            return Optional.empty();
        }
        Optional<ShiftCalendar> calendar = file.calendar().isEmpty()
                ? Optional.of(ShiftCalendar.roundTheClock(site))
                : Optional.ofNullable(calendars.get(file.calendar().get()));
        file.calendar()
                .filter(id -> !named.contains(id))
                .ifPresent(id ->
                        error(file, "calendar", "there is no shift calendar '" + id + "'", DidYouMean.hint(id, named)));
        Optional<Tag> state = file.state().flatMap(s -> tag(asset.get(), s, "tag", s.tag()));
        state.ifPresent(tag -> states(file.state().orElseThrow(), tag));
        Optional<Tag> cycles =
                tag(asset.get(), file.cycles(), "tag", file.cycles().tag());
        Optional<Tag> scrap = file.scrap().flatMap(s -> tag(asset.get(), s, "tag", s.tag()));
        Optional<Tag> product = file.product().flatMap(name -> tag(asset.get(), file, "product", name));
        Optional<Tag> reason = file.reasons().flatMap(r -> r.tag().flatMap(name -> tag(asset.get(), r, "tag", name)));
        bits(file.cycles());
        file.scrap().ifPresent(this::bits);
        durations(file);
        if (problems.size() > before || cycles.isEmpty() || calendar.isEmpty()) {
            return Optional.empty();
        }
        Set<Tag> tags = new LinkedHashSet<>();
        product.ifPresent(tags::add);
        reason.ifPresent(tags::add);
        state.ifPresent(tags::add);
        tags.add(cycles.get());
        scrap.ifPresent(tags::add);
        return Optional.of(new OeeSpec(
                file, asset.get(), calendar.get(), state, cycles.get(), scrap, product, reason, List.copyOf(tags)));
    }

    private void bits(OeeFile.CounterFile counter) {
        counter.bits()
                .filter(n -> n < 4 || n > 52)
                .ifPresent(n -> error(
                        counter,
                        "bits",
                        "a counter of " + n + " bits",
                        "4 to 52; leave it out for one that never rolls over"));
    }

    private void durations(OeeFile file) {
        boolean hasDefault = !file.idealCycle().default_().isZero();
        if (!hasDefault && file.idealCycle().perProduct().isEmpty()) {
            error(file, "ideal_cycle", "there is no ideal cycle", "write e.g. ideal_cycle: { default: 2 s }");
        }
        if (!file.idealCycle().perProduct().isEmpty() && file.product().isEmpty()) {
            error(file, "ideal_cycle", "per_product needs product:", "name the tag that tells the product");
        }
        for (Map.Entry<String, Duration> own : file.idealCycle().perProduct().entrySet()) {
            if (own.getValue().isZero()) {
                error(file, "ideal_cycle.per_product." + own.getKey(), "an ideal cycle of nothing", "write e.g. 1.8 s");
            }
        }
    }

    private Optional<Tag> tag(Asset asset, Record at, String key, String name) {
        Optional<Tag> found =
                asset.tags().stream().filter(tag -> tag.name().equals(name)).findFirst();
        if (found.isEmpty()) {
            List<String> names = asset.tags().stream().map(Tag::name).toList();
            error(at, key, asset.id() + " has no tag '" + name + "'", DidYouMean.hint(name, names));
        }
        return found;
    }

    private void states(OeeFile.StateFile file, Tag tag) {
        Map<String, List<String>> lists = Map.of(
                "producing", file.producing(),
                "planned_stop", file.plannedStop(),
                "setup", file.setup(),
                "down", file.down(),
                "idle", file.idle());
        if (file.producing().isEmpty()) {
            error(file, "producing", "no state makes pieces", "write e.g. producing: [RUN]");
        }
        Map<String, Position> first = new HashMap<>();
        for (String key : List.of("producing", "planned_stop", "setup", "down", "idle")) {
            List<String> names = lists.get(key);
            for (int i = 0; names != null && i < names.size(); i++) {
                String name = names.get(i);
                if (!tag.states().isEmpty() && !tag.states().containsValue(name)) {
                    error(
                            file,
                            key + "." + i,
                            "the tag '" + tag.name() + "' has no state '" + name + "'",
                            DidYouMean.hint(name, tag.states().values()));
                }
                if (first.putIfAbsent(name, positions.of(file, key)) != null) {
                    error(file, key + "." + i, "the state '" + name + "' stands in two lists", "keep it in one");
                }
            }
        }
        for (String name : new LinkedHashSet<>(tag.states().values())) {
            if (!first.containsKey(name)) {
                problems.add(positions
                        .of(file, "tag")
                        .warning(
                                "the state '" + name + "' stands in no list: its time counts as unknown",
                                "add it to producing, planned_stop, setup, down or idle"));
            }
        }
    }
}
