/**
 * What the plant is: assets, tags, ISA-95 paths, and how a reading becomes a sample of a tag. Pure: no clock, no I/O.
 *
 * <p>{@link org.millrace.plant.PlantBuilder} makes a {@link org.millrace.plant.Plant} of asset files, with problems
 * that point at the files; {@link org.millrace.plant.TagBinder} is the hot path, {@link org.millrace.plant.Bound} its
 * account, {@link org.millrace.plant.UnmappedRegistry} what nobody asked for.
 *
 * <p>Invariants: conversion is stored = raw * factor + offset, coefficients fixed at load. One origin feeds one tag, so
 * samples + filtered + rejected = readings, to the unit. What is of Bad quality is never converted.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.plant;
