// Predict with all its forms, those that are drawn, too.
import predict, { view } from "./predict.js";
import { drawing } from "./predict_pictures.js";

export default {
  ...predict,
  view: (state, width, set) => view(state, width, set, drawing),
};
