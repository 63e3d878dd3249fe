"""Operations on stores: opening, repair and conversion, in memory."""
